// Measures what one table for lookups and a head costs: a token through a decoder of one layer, 32,000 × 384, before and after.
//
//   node tooling/studies/onnx-heads.mjs
//
// after a build; needs onnxruntime-node (npm install --no-save --ignore-scripts onnxruntime-node). Prints a table in Markdown. Each model runs in a process
// of its own, on one thread, so that its peak memory is its own.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createTensor } from '@slimbed/core'
import { pipelineOf } from '@slimbed/io/plugins'
import { rewriteOnnx } from '@slimbed/onnx'
import { decoder } from './onnx/decoder.mjs'

const [rows, dim, tokens] = [32_000, 384, 200]
const places = { here: import.meta.url, program: import.meta.url }
const cases = [
  { spec: 'fixedpoint(bits=8)', contrib: false },
  { spec: 'fixedpoint(bits=4, scale=group, groupSize=32)', contrib: true },
  { spec: 'fixedpoint(bits=8, scale=group, groupSize=32)', contrib: true }
]

/** Loads a model and runs tokens; prints figures. @param {string} file */
async function run(file) {
  const { InferenceSession, Tensor } = (await import('onnxruntime-node')).default
  const optimizedModelFilePath = `${file}.optimized`
  const session = await InferenceSession.create(file, {
    intraOpNumThreads: 1,
    logSeverityLevel: 4,
    optimizedModelFilePath
  })
  const times = []
  let logits = new Float32Array(0)
  for (let i = 0; i < tokens; i++) {
    const ids = new Tensor('int64', BigInt64Array.of(BigInt((i * 7919) % rows)), [1, 1])
    const start = performance.now()
    logits = (await session.run({ ids })).logits.data
    times.push(performance.now() - start)
  }
  const milliseconds = times.sort((a, b) => a - b)[tokens >> 1]
  const peak = process.resourceUsage().maxRSS * 1024
  const optimized = statSync(optimizedModelFilePath).size
  console.log(JSON.stringify({ milliseconds, peak, optimized, logits: Array.from(logits) }))
}

if (process.argv[2]) await run(process.argv[2])
else {
  const folder = mkdtempSync(join(tmpdir(), 'slimbed-heads-'))
  const tensor = await createTensor()
  const measure = (/** @type {string} */ name, /** @type {Uint8Array} */ bytes) => {
    const file = join(folder, 'model.onnx')
    writeFileSync(file, bytes)
    const out = execFileSync(process.execPath, [fileURLToPath(import.meta.url), file], { maxBuffer: 2 ** 26 })
    return { name, bytes: bytes.length, ...JSON.parse(out.toString()) }
  }
  try {
    console.log(
      '| model | file MB | as loaded MB | peak memory MB | ms a token | error of logits |\n|---|---|---|---|---|---|'
    )
    const bytes = decoder(rows, dim)
    const before = measure('float32', bytes)
    const all = [before]
    for (const { spec, contrib } of cases) {
      const { compressor } = await pipelineOf(spec, [], places)
      const made = await rewriteOnnx({ bytes }, { pipeline: compressor, tensor, contrib })
      all.push(measure(`\`${spec}\`${contrib ? ', `--contrib`' : ''}`, Buffer.concat(made.model)))
    }
    const length = Math.hypot(...before.logits)
    for (const { name, bytes: size, optimized, peak, milliseconds, logits } of all) {
      const error = Math.hypot(...logits.map((value, i) => value - before.logits[i])) / length
      const megabytes = [size, optimized, peak].map((each) => (each / 1e6).toFixed(1))
      console.log(`| ${name} | ${megabytes.join(' | ')} | ${milliseconds.toFixed(2)} | ${error.toFixed(4)} |`)
    }
  } finally {
    await tensor.close()
    rmSync(folder, { recursive: true })
  }
}

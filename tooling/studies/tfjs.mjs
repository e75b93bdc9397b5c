// Measures what smaller tables cost a classifier of source code in TensorFlow.js, and prints the table of packages/tfjs/README.md:
//
//   node tooling/studies/tfjs.mjs
//
// after a build; needs the test data. Texts are files of the packages that are installed here, 12 of each kind, their first 4,000 characters.
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createTensor } from '@slimbed/core'
import { pipelineOf } from '@slimbed/io/plugins'
import { rewriteTfjs, tfjsTables } from '@slimbed/tfjs'
import '@tensorflow/tfjs-backend-cpu'
import converter from '@tensorflow/tfjs-converter'
import tf from '@tensorflow/tfjs-core'

const data = process.env.SLIMBED_DATA ?? fileURLToPath(new URL('../../../shared/data', import.meta.url))
const folder = `${data}/models/tfjs-guesslang`
const places = { here: import.meta.url, program: import.meta.url }
const installed = fileURLToPath(new URL('../../node_modules/.pnpm', import.meta.url))
const kinds = [
  'js',
  'ts',
  'css',
  'html',
  'json',
  'md',
  'yml',
  'sh',
  'py',
  'c',
  'cc',
  'h',
  'go',
  'rs',
  'xml',
  'bat',
  'ps1'
]

const specs = [
  'fixedpoint(bits=8)',
  'fixedpoint(bits=5, clip=mse)',
  'fixedpoint(bits=4, clip=mse)',
  'fixedpoint(bits=3, levels=lloyd)',
  'fixedpoint(bits=2, levels=lloyd)',
  'pq(parts=18)'
]

/** Texts of every kind, from packages in the order of their names. */
function textsIn(place) {
  const found = new Map(kinds.map((kind) => [kind, []]))
  const folders = readdirSync(place, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  for (const { name } of folders.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    let left = 2
    for (const entry of readdirSync(`${place}/${name}`, { recursive: true, withFileTypes: true })) {
      const own = found.get(entry.name.split('.').pop())
      if (left === 0 || !entry.isFile() || !own || own.length === 12) continue
      const text = readFileSync(`${entry.parentPath}/${entry.name}`, 'utf8')
      if (text.length < 300) continue
      own.push(text.slice(0, 4000))
      left--
    }
  }
  return [...found.values()].flat()
}

async function scoresOf(json, shards, texts) {
  const [{ weights, paths }] = json.weightsManifest
  const weightData = Uint8Array.from(Buffer.concat(paths.map((path) => shards.get(path)))).buffer
  const model = await converter.loadGraphModel(tf.io.fromMemory({ ...json, weightSpecs: weights, weightData }))
  const scores = []
  for (const text of texts) {
    const input = tf.tensor1d([text], 'string')
    const made = await model.executeAsync({ 'Placeholder:0': input }, 'head/predictions/probabilities:0')
    scores.push(Array.from(await made.data()))
    made.dispose()
  }
  return scores
}

const best = (scores) => scores.indexOf(Math.max(...scores))
const cosine = (a, b) => {
  const dot = (x, y) => x.reduce((sum, value, i) => sum + value * y[i], 0)
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b))
}
const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length

tf.env().set('PROD', true)
console.warn = () => {}
// In the loop of this model, tfjs 4 disposes of tensors that a list still holds, unless it keeps all.
tf.env().set('KEEP_INTERMEDIATE_TENSORS', true)
await tf.setBackend('cpu')
const json = JSON.parse(readFileSync(`${folder}/model.json`, 'utf8'))
const input = { json, read: async (path) => readFileSync(`${folder}/${path}`) }
const tables = await tfjsTables(input)
const texts = textsIn(installed)
const files = new Map(json.weightsManifest[0].paths.map((path) => [path, readFileSync(`${folder}/${path}`)]))
const before = await scoresOf(json, files, texts)
const tensor = await createTensor()
const total = (list, of) => list.reduce((sum, each) => sum + of(each), 0)

console.log(`${texts.length} texts`)
console.log(
  '| pipeline | tables kB | weights kB | relative errors | same first label | cosine of scores |\n|---|---|---|---|---|---|'
)
const row = (...cells) => console.log(`| ${cells.join(' | ')} |`)
const kB = (bytes) => (bytes / 1000).toFixed(0)
row(
  'as it is',
  kB(total(tables, ({ bytes }) => bytes)),
  kB(total([...files.values()], ({ length }) => length)),
  '',
  '',
  ''
)
for (const spec of specs) {
  const { compressor } = await pipelineOf(spec, [], places)
  const made = await rewriteTfjs(input, { pipeline: compressor, tables: tables.map(({ name }) => name), tensor })
  const shards = new Map(made.shards.map(({ name, bytes }) => [name, bytes]))
  const after = await scoresOf(JSON.parse(made.json), shards, texts)
  row(
    `\`${spec}\``,
    kB(total(made.tables, ({ bytes }) => bytes.after)),
    kB(total(made.shards, ({ bytes }) => bytes.length)),
    made.tables.map(({ measured }) => measured.relativeError.toFixed(4)).join(', '),
    `${(100 * mean(after.map((scores, i) => Number(best(scores) === best(before[i]))))).toFixed(1)} %`,
    mean(after.map((scores, i) => cosine(scores, before[i]))).toFixed(4)
  )
}
await tensor.close()
process.exit()

// node tooling/studies/static-model-figures.mjs FOLDER
//
// Sizes, quality and speed of a static sentence model in several pipelines: the table of docs/static-models.md. FOLDER is a model, such as
// static-model.mjs makes. Texts are those of TREC and of movie reviews in ../shared/data, or SLIMBED_DATA.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadEncoder } from '@slimbed/encoder'
import { dataFolder } from '@slimbed/testing'

const pipelines = [
  'none',
  'fixedpoint(bits=8)',
  'fixedpoint(bits=4, clip=mse)',
  'fixedpoint(bits=3, clip=mse)',
  'fixedpoint(bits=2, clip=mse)',
  'trellis(bits=4, block=1, clusters=0)',
  'trellis(bits=3)',
  'trellis(bits=2)'
]
const [folder, ...chosen] = process.argv.slice(2)
const slimbed = fileURLToPath(new URL('../../apps/cli/dist/bin.js', import.meta.url))
const measure = fileURLToPath(new URL('static-model/measure.mjs', import.meta.url))
const scratch = mkdtempSync(join(tmpdir(), 'slimbed-figures-'))

const linesOf = (name) => readFileSync(`${dataFolder}/classification/${name}`, 'latin1').trimEnd().split('\n')
const texts = ['TREC.test.all', 'rt-polarity.all']
  .flatMap((name) => linesOf(name).slice(0, 500))
  .map((line) => line.replace(/^\d+ /, ''))
const twenty = linesOf('rt-polarity.all')
  .map((line) => line.replace(/^\d+ /, '').split(/\s+/))
  .filter((words) => words.length >= 20)
  .slice(0, 500)
  .map((words) => words.slice(0, 20).join(' '))
const textsPath = join(scratch, 'texts.json')
writeFileSync(textsPath, JSON.stringify(twenty))

function run(args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  return stdout
}

/** The mean cosine of the vectors of texts with those of the original. */
function compared(ours, original, dim) {
  let [sum, count] = [0, 0]
  for (let at = 0; at < ours.length; at += dim) {
    let [ab, aa, bb] = [0, 0, 0]
    for (let j = at; j < at + dim; j++) {
      ab += ours[j] * original[j]
      aa += ours[j] ** 2
      bb += original[j] ** 2
    }
    if (aa === 0 || bb === 0) continue
    sum += ab / Math.sqrt(aa * bb)
    count++
  }
  return sum / count
}

let original
console.log('pipeline | file | cosine of rows | cosine of texts | first vector | 20 words | memory / file')
for (const spec of chosen.length > 0 ? ['none', ...chosen] : pipelines) {
  const path = join(scratch, 'model.safetensors')
  const report = JSON.parse(run([slimbed, 'compress', folder, '-o', path, '-p', spec, '--json', '--quiet']))
  const model = await loadEncoder(new Uint8Array(readFileSync(path)))
  const vectors = model.encode(texts)
  original ??= vectors
  const rounds = Array.from({ length: 3 }, () => JSON.parse(run(['--expose-gc', measure, path, textsPath])))
  const best = (key) => Math.min(...rounds.map((round) => round[key]))
  const figures = [
    spec,
    `${(statSync(path).size / 1e6).toFixed(2)} MB`,
    report.meanCosine.toFixed(4),
    compared(vectors, original, model.dim).toFixed(4),
    `${best('first').toFixed(0)} ms`,
    `${best('each').toFixed(3)} ms`,
    (best('held') / best('file')).toFixed(2)
  ]
  console.log(figures.join(' | '))
}
rmSync(scratch, { recursive: true, force: true })

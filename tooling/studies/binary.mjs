// Measures binary codes on three tables and writes docs/studies/binary.md: node tooling/studies/binary.mjs, after a build. What it has
// measured it keeps in docs/studies/binary.json, and measures again only what is not there (--fresh: everything; --page: nothing, the page
// alone). Needs the test data.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createTensor, denseOf, materialize } from '@slimbed/core'
import { openVectors } from '@slimbed/io/node'
import { made, scoresOf, tasksIn, twoStageRecall } from './binary/measure.mjs'
import { candidates, comparison } from './binary/methods.mjs'
import { improvement, pipelines, recallTable, section } from './binary/page.mjs'
import { passes, passTable } from './binary/passes.mjs'

/** @import { Result, Recall, Source } from './binary/page.mjs' */
/** @import { Pass } from './binary/passes.mjs' */

const data = process.env.SLIMBED_DATA ?? fileURLToPath(new URL('../../../shared/data', import.meta.url))
const folder = new URL('../../docs/studies/', import.meta.url)
const kept = new URL('binary.json', folder)

/** The tables; rows are learned from where `trainRows` says how many. */
const sources = [
  { name: 'GloVe-50d', file: 'glove.6B.50d.top10k.txt', seeds: 16 },
  { name: 'GoogleNews-15k', file: 'googlenews-15k.300d.bin', seeds: 5 },
  {
    name: 'Numberbatch',
    file: 'numberbatch-en-41k.300d.f16.npy',
    words: 'numberbatch-en-41k.300d.words.txt',
    trainRows: 5_000,
    note: 'Rotations are learned from 5,000 rows.',
    seeds: 2
  }
]

/** @type {{ sources: Source[], results: Result[], recalls: Recall[], passes?: Pass[] }} */
const state =
  existsSync(kept) && !process.argv.includes('--fresh')
    ? JSON.parse(readFileSync(kept, 'utf8'))
    : { sources: [], results: [], recalls: [] }
state.passes ??= []
mkdirSync(folder, { recursive: true })
const keep = () => writeFileSync(kept, `${JSON.stringify(state, null, 1)}\n`)

const tensor = await createTensor()
const tasks = tasksIn(data)
const quick = tasks.filter(({ kind }) => kind !== 'classification')
const alike = tasks.filter(({ kind }) => kind === 'similarity')
for (const { name, file, words, trainRows, note, seeds } of process.argv.includes('--page') ? [] : sources) {
  const path = `${data}/vectors/${file}`
  const { matrix, vocabulary, close } = await openVectors(path, words ? { words: `${data}/vectors/${words}` } : {})
  const { rows, dim } = matrix
  if (!vocabulary) throw new Error(`${path} has no words`)
  if (!state.sources.some((source) => source.name === name))
    state.sources.push({ name, rows, dim, ...(note && { note }) })
  const original = await materialize(denseOf(matrix))
  const known = (/** @type {string} */ pipeline) =>
    state.results.find((one) => one.table === name && one.pipeline === pipeline)
  if (!known('')) {
    const scores = [await scoresOf(original, vocabulary, tasks, tensor)]
    state.results.push({ table: name, method: 'float32', smaller: 1, bits: 0, pipeline: '', ratio: 1, scores })
    keep()
  }
  const compared = comparison(dim, trainRows, seeds)
  const first = [...compared.filter(({ smaller }) => smaller === 32), ...candidates(rows, dim, trainRows, seeds)]
  for (const run of [...first, ...compared.filter(({ smaller }) => smaller > 32)]) {
    /** @type {Result} */
    const result = known(run.pipeline) ?? { ...run, table: name, ratio: 0, scores: [] }
    for (let seed = result.scores.length; seed < run.seeds; seed++) {
      const { table, ratio, details } = await made(matrix, run.pipeline, seed, tensor)
      // Sentences take longest: once is enough.
      result.scores.push(await scoresOf(table, vocabulary, seed === 0 ? tasks : quick, tensor))
      result.ratio = ratio
      if (seed === 0) Object.assign(result, { loss: details?.losses?.at(-1), isotropy: details?.isotropy })
      if (!state.results.includes(result)) state.results.push(result)
      keep()
      process.stderr.write(`${name}: ${run.pipeline}, seed ${seed}\n`)
    }
  }
  if (name === 'GoogleNews-15k' && state.recalls.length === 0) {
    const bytes = (await made(matrix, 'fixedpoint(bits=8)', 0, tensor)).table
    for (const codes of ['iiq(remove=0)', 'iiq']) {
      const { table } = await made(matrix, codes, 0, tensor)
      for (const count of [50, 100, 200]) {
        state.recalls.push({ codes, candidates: count, recall: twoStageRecall(original, table, bytes, count) })
      }
    }
    keep()
  }
  if (dim >= 300) {
    for await (const pass of passes({ name, matrix, vocabulary }, alike, tensor, state.passes)) {
      state.passes.push(pass)
      keep()
      process.stderr.write(`${name}: ${pass.pipeline}, seed ${pass.seed}\n`)
    }
  }
  await close()
}
await tensor.close()

const text = readFileSync(new URL('binary/text.md', import.meta.url), 'utf8')
const parts = {
  tables: state.sources.map((source) => section(source, state.results)).join('\n\n'),
  improvement: improvement(state.sources, state.results),
  recall: recallTable(state.recalls),
  passes: passTable(state.passes),
  pipelines: pipelines(state.results, state.sources)
}
const page = Object.entries(parts).reduce((all, [name, part]) => all.replace(`{{${name}}}`, () => part), text)
writeFileSync(new URL('binary.md', folder), page)
console.log(fileURLToPath(new URL('binary.md', folder)))

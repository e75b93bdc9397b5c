import { readFileSync } from 'node:fs'
import { load, rows, type Scored, searcher } from '@slimbed/runtime'
import { approximateSearcher } from '@slimbed/runtime/search'
import { accelerate } from '@slimbed/runtime/simd'
import { trellisKinds } from '@slimbed/runtime/trellis'

/**
 * `nearest.js FILE QUERIES bytes|signs|exact simd|plain`: the 10 nearest of some rows of an artefact, one query after another. Prints
 * the user CPU seconds of all of them, the bytes that codes take in memory, and which share of the 10 that an exact search finds, on
 * twenty of the queries, are found.
 */
const [file, queries, codes, engine] = process.argv.slice(2)
const count = Number(queries)
const cpu = () => process.cpuUsage().user / 1e6
const loaded = load(Uint8Array.from(readFileSync(file)), { kinds: trellisKinds }).table
const table = engine === 'plain' ? loaded : accelerate(loaded)
const begun = cpu()
const search =
  codes === 'exact'
    ? { ...searcher(table), byteLength: 16 * table.rows }
    : approximateSearcher(table, { codes: codes === 'signs' ? 'signs' : 'bytes', plain: engine === 'plain' })
const buildSeconds = cpu() - begun
const ids = Array.from({ length: count }, (_, q) => Math.floor((q * table.rows) / count))
const asked = ids.map((row) => rows(table, [row]))
const ask = (q: number): Scored[] => search.nearest(asked[q], { exclude: [ids[q]] })
// Compiled before it is timed, as a server would be.
for (let q = 0; q < Math.min(5, count); q++) ask(q)
const start = cpu()
const found = ids.map((_, q) => ask(q))
const seconds = cpu() - start
const exact = codes === 'exact' ? undefined : searcher(table)
let kept = 0
let all = 0
for (let q = 0; exact && q < count; q += Math.ceil(count / 20)) {
  const own = new Set(found[q].map(({ row }) => row))
  for (const { row } of exact.nearest(asked[q], { exclude: [ids[q]] })) {
    all++
    if (own.has(row)) kept++
  }
}
const peakMemoryBytes = process.resourceUsage().maxRSS * 1024
const figures = {
  seconds,
  peakMemoryBytes,
  buildSeconds,
  extraBytes: search.byteLength,
  recall: exact ? kept / all : 1
}
process.stdout.write(JSON.stringify(figures))

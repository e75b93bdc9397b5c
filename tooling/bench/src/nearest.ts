import { readFileSync } from 'node:fs'
import { load, rows, type Scored, searcher, type Table } from '@slimbed/runtime'
import { approximateSearcher } from '@slimbed/runtime/search'
import { accelerate } from '@slimbed/runtime/simd'
import { trellisKinds } from '@slimbed/runtime/trellis'

/**
 * `nearest.js FILE QUERIES bytes|signs|exact simd|plain`: the 10 nearest of some rows of an artefact, one query after another. Prints
 * the user CPU seconds of all of them, the bytes that codes take in memory, and of twenty queries the share of the 10 nearest that is
 * found.
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

/** The 10 rows of highest cosine with each of some queries, of all rows as they are decoded. */
function exactly(table: Table, some: readonly number[]): number[][] {
  const fast = accelerate(table)
  const { dim } = table
  const best = some.map((): Scored[] => [])
  const batch = 1000
  const block = new Float32Array(batch * dim)
  for (let first = 0; first < table.rows; first += batch) {
    const numbers = Array.from({ length: Math.min(batch, table.rows - first) }, (_, i) => first + i)
    rows(fast, numbers, block)
    for (const row of numbers) {
      const values = block.subarray((row - first) * dim, (row - first + 1) * dim)
      let squares = 0
      for (const value of values) squares += value * value
      for (const [i, q] of some.entries()) {
        let score = 0
        for (let j = 0; j < dim; j++) score += values[j] * asked[q][j]
        score /= Math.sqrt(squares)
        const own = best[i]
        if (row === ids[q] || (own.length === 10 && score <= own[9].score)) continue
        own.push({ row, score })
        own.sort((a, b) => b.score - a.score)
        own.length = Math.min(own.length, 10)
      }
    }
  }
  return best.map((own) => own.map(({ row }) => row))
}

const ask = (q: number): Scored[] => search.nearest(asked[q], { exclude: [ids[q]] })
// Compiled before it is timed, as a server would be.
for (let q = 0; q < Math.min(5, count); q++) ask(q)
const start = cpu()
const found = ids.map((_, q) => ask(q))
const seconds = cpu() - start
const some = ids.map((_, q) => q).filter((q) => q % Math.ceil(count / 20) === 0)
let kept = 0
for (const [i, wanted] of exactly(loaded, some).entries()) {
  const own = new Set(found[some[i]].map(({ row }) => row))
  kept += wanted.filter((row) => own.has(row)).length
}
const peakMemoryBytes = process.resourceUsage().maxRSS * 1024
const figures = {
  seconds,
  peakMemoryBytes,
  buildSeconds,
  extraBytes: search.byteLength,
  recall: kept / (10 * some.length)
}
process.stdout.write(JSON.stringify(figures))

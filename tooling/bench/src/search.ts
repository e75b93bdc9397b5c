import { blocksOf, codeBytes, quantized } from '@slimbed/core'
import { openVectors } from '@slimbed/io/node'
import { codeSearch } from '@slimbed/runtime/search'

/** `search.js FILE QUERIES plain|simd`: the 10 nearest of some rows by the signs of their values, one query after another. */
const [file, queries, engine] = process.argv.slice(2)
const { matrix, close } = await openVectors(file)
const { rows, dim } = matrix
const size = codeBytes(dim, 1)
const codes = new Uint8Array(rows * size)
for await (const { start, data } of blocksOf(matrix)) {
  for (let i = 0; i < data.length; i++) {
    const row = start + Math.floor(i / dim)
    if (data[i] >= 0) codes[row * size + ((i % dim) >> 3)] |= 1 << ((i % dim) & 7)
  }
}
await close()
const scale = { dtype: 'F32', shape: [1, 1], data: Float32Array.of(2) } as const
const table = quantized({ dim, bits: 1, groupSize: dim, codes, scale, zero: 0.5 })
const search = codeSearch(table, { plain: engine === 'plain' })
if (search.engine !== engine) throw new Error('there is no SIMD here')
const ask = (row: number) => search.nearest(codes.slice(row * size, (row + 1) * size), { k: 10 })
// Compiled before it is timed, as a server would be.
for (let q = 0; q < 10; q++) ask(q)
let distances = 0
const begun = performance.now()
for (let q = 0; q < Number(queries); q++) {
  for (const { score } of ask(Math.floor((q * rows) / Number(queries))))
    distances += Math.round(((1 - score) * dim) / 2)
}
const seconds = (performance.now() - begun) / 1000
const peakMemoryBytes = process.resourceUsage().maxRSS * 1024
process.stdout.write(JSON.stringify({ seconds, peakMemoryBytes, distances }))

// Prints how many of the 10 nearest rows a search by codes in memory finds, by the number of candidates that are scored from the table:
//
//   node tooling/studies/search-recall.mjs [table …]        after a build; needs the test data
//
// The last table is 40,000 × 300 independent normal numbers, which have no clusters: nearest neighbours are hardly nearer than other rows.
import { compress, createTensor, dense, expand, matrixFrom } from '@slimbed/core'
import { pipelineOf } from '@slimbed/io/plugins'
import { searcher } from '@slimbed/runtime'
import { approximateSearcher } from '@slimbed/runtime/search'
import { normals } from '@slimbed/testing'
import { matrixOfTable, present } from './codes/tables.mjs'

/** @import { Matrix, Table } from '@slimbed/runtime' */

const places = { here: import.meta.url, program: import.meta.url }
const pipelines = ['fixedpoint(bits=8)', 'trellis(bits=2, states=16, clusters=0)']
const queries = 60
const k = 10
const settings = /** @type {const} */ ([
  ['bytes', 26],
  ['signs', 100],
  ['signs', 400],
  ['signs', 1000]
])

/** The share of the `k` nearest of some rows that is found, for each setting. */
async function recalls(/** @type {Table} */ table) {
  const { rows, dim } = table
  const data = await (await expand(table, tensor)).read(0, rows)
  const exact = searcher(dense(rows, dim, data))
  const query = (/** @type {number} */ row) => data.slice(row * dim, (row + 1) * dim)
  const step = Math.ceil(rows / queries)
  const asked = Array.from({ length: Math.floor(rows / step) }, (_, i) => i * step)
  const wanted = asked.map((row) => exact.nearest(query(row), { k, exclude: [row] }).map((one) => one.row))
  return settings.map(([codes, candidates]) => {
    const search = approximateSearcher(table, { codes, candidates })
    let found = 0
    for (const [i, row] of asked.entries()) {
      const some = new Set(search.nearest(query(row), { k, exclude: [row] }).map((one) => one.row))
      found += wanted[i].filter((one) => some.has(one)).length
    }
    return found / asked.length / k
  })
}

const tables = [
  ...present.map((table) => ({ name: table.name, read: () => matrixOfTable(table) })),
  { name: 'normal', read: async () => matrixFrom(40_000, 300, normals(40_000 * 300, 1)) }
]
const given = process.argv.slice(2)
const tensor = await createTensor()
console.log(`table         ${settings.map((one) => one.join(' ').padStart(11)).join(' ')}  pipeline`)
for (const { name, read } of tables) {
  if (given.length > 0 && !given.includes(name)) continue
  const matrix = await read()
  for (const spec of pipelines) {
    const { compressor } = await pipelineOf(spec, [], places)
    const { table } = await compress(matrix, compressor, { tensor })
    const cells = (await recalls(table)).map((share) => `${(100 * share).toFixed(1)} %`.padStart(11))
    console.log(`${name.padEnd(13)} ${cells.join(' ')}  ${spec}`)
  }
}
await tensor.close()

// Prints the squared error of opq(parts=…) on the test tables, beside that of faiss with codes of the same bits, which is kept in
// docs/studies/codes-peers.json:
//
//   node tooling/studies/opq.mjs [table …] [columns=20,10]        after a build; needs the test data
//
// columns: how many columns a part has. Both have codes of 8 bits, and are learned from the same rows.
import { createTensor } from '@slimbed/core'
import { measured } from './codes/measure.mjs'
import { stateAt } from './codes/state.mjs'
import { matrixOfTable, present } from './codes/tables.mjs'

/** @import { Row } from './codes/measure.mjs' */

const given = process.argv.slice(2)
const asked = given.filter((word) => !word.includes('='))
const widths = (given.find((word) => word.startsWith('columns='))?.slice('columns='.length) ?? '20,10').split(',')
const { state: peers } = stateAt(
  new URL('../../docs/studies/codes-peers.json', import.meta.url),
  /** @type {Record<string, Row[]>} */ ({})
)
const tensor = await createTensor()
console.log('table         parts  bits of codes  squared error    faiss  processor s')
for (const table of present) {
  if (asked.length > 0 && !asked.includes(table.name)) continue
  const matrix = await matrixOfTable(table)
  const { dim } = matrix
  for (const width of widths.map(Number)) {
    if (dim % width !== 0) continue
    const parts = dim / width
    const { error, seconds } = await measured(matrix, `opq(parts=${parts})`, 'opq', tensor)
    const peer = peers[table.name]?.find(({ pipeline }) => pipeline === `OPQ${parts}`)
    const cells = [
      table.name.padEnd(13),
      String(parts).padStart(5),
      ((8 * parts) / dim).toFixed(2).padStart(14),
      error.toFixed(5).padStart(14),
      (peer ? peer.error.toFixed(5) : '–').padStart(8),
      seconds.toFixed(1).padStart(12)
    ]
    console.log(cells.join(' '))
  }
}
await tensor.close()

import { floatsOf, type Table, type Tensor } from '@slimbed/core'
import { parseRuns } from '@slimbed/runtime/trellis'
import { numberRows } from '../numbers.js'
import { add, constant, gather, multiply, reshape } from '../operations.js'
import type { Pattern } from '../pattern.js'

/** `Add` of the rows of every term. */
export const sum: Pattern = ({ children }, ids, key, { b, table: write }) =>
  Object.entries(children)
    .map(([name, term]) => write(term, ids, `${key}.${name}`))
    .reduce((left, right) => add(b, left, right))

/** `Add` of one row to all. */
export const offset: Pattern = ({ dim, tensors, children }, ids, key, { b, table: write }) => {
  const values = floatsOf(tensors.offset as Tensor<'F32' | 'F16'>)
  return add(b, write(children.source, ids, `${key}.source`), constant(b, `${key}.offset`, [dim], values))
}

/** The number of the factor of each row of a `scale`. */
function levelsOf({ rows, tensors }: Table): Uint8Array {
  const { ends, levels } = parseRuns(tensors.runs.data as Uint8Array, tensors.factors.data.length, rows)
  const out = new Uint8Array(rows)
  for (let i = 0, from = 0; i < ends.length; i++) {
    out.fill(levels[i], from, ends[i])
    from = ends[i]
  }
  return out
}

/** `Mul` by the factor of each row, which is one of a list. */
export const scale: Pattern = (table, ids, key, { b, table: write }) => {
  const factors = table.tensors.factors.data as Float32Array
  const numbers = numberRows(b, `${key}.levels`, levelsOf(table), ids)
  const own = gather(b, constant(b, `${key}.factors`, [factors.length], factors), numbers)
  return multiply(b, write(table.children.source, ids, `${key}.source`), reshape(b, own, [-1, 1]))
}

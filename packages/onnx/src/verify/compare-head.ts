import { SlimbedError, type Table } from '@slimbed/core'
import type { Operand } from '../evaluate/array.js'
import { types } from '../model/types.js'
import type { Compared, LookRows } from './compare.js'

/** The largest difference that is taken for rounding: 2⁻¹⁴ of the values. */
const tolerance = 2 ** -14
/** Products that are computed at once, about. */
const block = 2 ** 22

/** Vectors that have 1 in one column each, from `start` on, `[count, dim]`. A scale for all of them is exact. */
function units(start: number, count: number, dim: number): Operand {
  const data = new Float32Array(count * dim)
  for (let i = 0; i < count; i++) data[i * dim + start + i] = 1
  return { type: types.FLOAT, dims: [count, dim], data }
}

/**
 * Multiplies unit vectors with a table as a model does: the products are its columns, and are compared with the table's own. Rejects with `unsupported` where a
 * value differs by more than rounding.
 */
export async function compareColumns(look: LookRows, table: Table, where: string): Promise<Compared> {
  const { rows, dim } = table
  const row = new Float32Array(dim)
  const [differences, sizes] = [new Float64Array(rows), new Float64Array(rows)]
  let equal = true
  const count = Math.max(1, Math.min(dim, Math.floor(block / rows)))
  for (let start = 0; start < dim; start += count) {
    const columns = Math.min(count, dim - start)
    const { data, dims } = await look(units(start, columns, dim))
    if (data.length !== columns * rows) throw new SlimbedError('unsupported', `${where}: products of [${dims}]`)
    for (let i = 0; i < rows; i++) {
      table.readRow(i, row)
      for (let j = 0; j < columns; j++) {
        const difference = Math.abs(data[j * rows + i] - row[start + j])
        equal &&= difference === 0
        differences[i] = difference >= 0 ? Math.max(differences[i], difference) : Infinity
        sizes[i] = Math.max(sizes[i], Math.abs(row[start + j]))
      }
    }
  }
  const usual = sizes.reduce((sum, size) => sum + size, 0) / Math.max(1, rows)
  let largestDifference = 0
  for (let i = 0; i < rows; i++) {
    const part = differences[i] === 0 ? 0 : differences[i] / Math.max(sizes[i], usual)
    largestDifference = Math.max(largestDifference, part)
    if (part <= tolerance) continue
    const message = `${where}: products with row ${i} differ by ${part.toPrecision(2)} of its values; nothing was written`
    throw new SlimbedError('unsupported', message)
  }
  return { rows, largestDifference, equal }
}

import { SlimbedError, type Table } from '@slimbed/core'
import { isHalf, type Operand, roundTo } from '../evaluate/array.js'
import { types } from '../model/types.js'

/** How the rows of a model compare with those of the table that it was given. */
export interface Compared {
  readonly rows: number
  /** The largest difference of two values, as a part of the largest value of its row, or of rows on average where that is larger. */
  readonly largestDifference: number
  /** Whether all values are the same, bit for bit. */
  readonly equal: boolean
}

/** What takes rows by their numbers, as a model does: numbers of any shape, rows of `[…shape, dim]`. */
export type LookRows = (ids: Operand) => Promise<Operand> | Operand

/** The largest difference that is taken for rounding: 2⁻¹⁴ of the values, or one step of half floats. */
export const tolerance = (type: number): number =>
  type === types.BFLOAT16 ? 2 ** -7 : isHalf(type) ? 2 ** -9 : 2 ** -14

const block = 512

/** Numbers of rows. */
export const idsOf = (numbers: ArrayLike<number>, dims: readonly number[]): Operand => ({
  type: types.INT64,
  dims,
  data: Float64Array.from(numbers)
})

/** Rejects with `unsupported` unless numbers of no, two and three dimensions give rows of their shape. */
async function checkShapes(look: LookRows, { rows, dim }: Table): Promise<void> {
  for (const dims of [[], [1, 2], [2, 1, 2], [0]]) {
    const count = dims.reduce((product, size) => product * size, 1)
    const numbers = Array.from({ length: count }, (_, i) => i % rows)
    const { dims: got } = await look(idsOf(numbers, dims))
    if (`${got}` === `${[...dims, dim]}`) continue
    throw new SlimbedError('unsupported', `rows of [${got}] for numbers of [${dims}]`)
  }
}

/**
 * Takes every row of a table as a model does, and compares it with the table's own. Rejects with `unsupported` where a value differs by more
 * than rounding, so that nothing is written.
 */
export async function compareRows(look: LookRows, table: Table, type: number, where: string): Promise<Compared> {
  const { rows, dim } = table
  const [differences, sizes] = [new Float64Array(rows), new Float64Array(rows)]
  const expected = new Float32Array(dim)
  let equal = true
  await checkShapes(look, table)
  for (let start = 0; start < rows; start += block) {
    const count = Math.min(block, rows - start)
    const { data, dims } = await look(
      idsOf(
        Array.from({ length: count }, (_, i) => start + i),
        [count]
      )
    )
    if (data.length !== count * dim) throw new SlimbedError('unsupported', `${where}: ${count} rows of [${dims}]`)
    for (let i = 0; i < count; i++) {
      table.readRow(start + i, expected)
      const wanted = roundTo(type, expected)
      for (let j = 0; j < dim; j++) {
        const difference = Math.abs(data[i * dim + j] - wanted[j])
        // A value that is no number is no rounding, either.
        differences[start + i] = difference >= 0 ? Math.max(differences[start + i], difference) : Infinity
        sizes[start + i] = Math.max(sizes[start + i], Math.abs(wanted[j]))
      }
      equal &&= differences[start + i] === 0
    }
  }
  const usual = sizes.reduce((sum, size) => sum + size, 0) / Math.max(1, rows)
  let largestDifference = 0
  for (let row = 0; row < rows; row++) {
    const part = differences[row] === 0 ? 0 : differences[row] / Math.max(sizes[row], usual)
    largestDifference = Math.max(largestDifference, part)
    if (part <= tolerance(type)) continue
    throw new SlimbedError(
      'unsupported',
      `${where}: row ${row} differs by ${part.toPrecision(2)} of its values; nothing was written`
    )
  }
  return { rows, largestDifference, equal }
}

import { type Matrix, SlimbedError } from '@slimbed/runtime'

/** Rows `start .. start + count` of a matrix; rejects with `bad-input` when it hands out another number of values. */
export async function readRows(
  matrix: Matrix,
  start: number,
  count: number,
  into?: Float32Array
): Promise<Float32Array> {
  const block = await matrix.read(start, count, into)
  if (block.length === count * matrix.dim) return block
  const where = `rows ${start} to ${start + count}`
  throw new SlimbedError(
    'bad-input',
    `${where}: expected ${count * matrix.dim} values, the matrix gave ${block.length}`
  )
}

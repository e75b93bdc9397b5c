import { type Context, type Dense, type Matrix, SlimbedError, throwIfAborted } from '@slimbed/core'
import { sampleRows } from '@slimbed/core/cluster'
import { areFinite, scaledBy, unitFor } from '@slimbed/core/numbers'

/** The most rows that are learned from: 256 for each row of a codebook of 8 bits, as in faiss. */
const mostRows = 65_536
/** The most values: 256 MiB. */
const mostValues = 2 ** 26

/** What is learned from and then coded. */
export interface Points {
  /** The rows that are learned from, divided by `unit`. */
  readonly sample: Dense
  /** All rows, divided by `unit`; refused where they are not finite. */
  readonly matrix: Matrix
  /** A power of two by which squares stay in the range of float32: 1 for values of usual size. */
  readonly unit: number
}

/** The matrix, refusing values that are not finite. */
function finite(stage: string, matrix: Matrix): Matrix {
  const { rows, dim } = matrix
  return {
    rows,
    dim,
    async read(start, count, into) {
      const data = await matrix.read(start, count, into)
      if (areFinite(data)) return data
      const row = start + Math.floor(data.findIndex((value) => !Number.isFinite(value)) / dim)
      throw new SlimbedError('bad-input', `${stage}: row ${row} of the matrix holds NaN or Infinity`)
    }
  }
}

/** A sample of the rows of a matrix, all where they are few. Rejects with `bad-input` for values that are not finite. */
export async function pointsOf(stage: string, matrix: Matrix, { random, signal }: Context): Promise<Points> {
  throwIfAborted(signal)
  const checked = finite(stage, matrix)
  const most = Math.min(mostRows, Math.max(1024, Math.floor(mostValues / matrix.dim)))
  const sample = await sampleRows(checked, most, random, signal)
  let squares = 0
  for (const value of sample.data) squares += value * value
  const unit = unitFor(Math.sqrt(squares / Math.max(1, sample.data.length)))
  if (unit === 1) return { sample, matrix: checked, unit }
  return {
    sample: { ...sample, data: sample.data.map((value) => value / unit) },
    matrix: scaledBy(checked, 1 / unit),
    unit
  }
}

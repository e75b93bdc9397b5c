import type { Matrix } from '@slimbed/runtime'

/** The matrix with every value times `factor`, as it is read: exact for a power of two, unless it leaves float32's range. */
export const scaledBy = (matrix: Matrix, factor: number): Matrix => ({
  rows: matrix.rows,
  dim: matrix.dim,
  async read(start, count, into) {
    const room = into ?? new Float32Array(count * matrix.dim)
    const data = await matrix.read(start, count, room)
    // `data` may be a view of the matrix's own values: only `room` is written to.
    const out = data.length === room.length ? room : new Float32Array(data.length)
    for (let at = 0; at < data.length; at++) out[at] = data[at] * factor
    return out
  }
})

/** Between 2^-40 and 2^40 neither squares nor their errors leave float32's range. */
const usual = 40

/** The power of two to divide by, so that squares of values of about this magnitude stay in float32's range; 1 for what is usual. */
export function unitFor(magnitude: number): number {
  const exponent = Math.floor(Math.log2(magnitude))
  return magnitude > 0 && Number.isFinite(exponent) && Math.abs(exponent) > usual ? 2 ** exponent : 1
}

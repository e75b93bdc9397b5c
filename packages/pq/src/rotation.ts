import { type Context, type Dense, matrixFrom } from '@slimbed/core'
import { transpose } from '@slimbed/core/numbers'

/**
 * The principal axes of rows as the columns of parts: each axis, by falling variance, goes to the part whose axes have the least product of
 * variances so far, among those with room (Ge et al. 2013, "eigenvalue allocation"). Orthonormal rows, `dim × dim`.
 */
export async function principalAxes(points: Dense, widths: readonly number[], context: Context): Promise<Dense> {
  const { dim } = points
  const { tensor, signal } = context
  const [gram] = await tensor.gram(matrixFrom(points.rows, dim, points.data), { signal })
  const { values, vectors } = await tensor.eigh(gram, dim)
  const least = Math.max(values[0], Number.MIN_VALUE) * 1e-12
  const logs = Float64Array.from(values, (value) => Math.log(Math.max(value, least) / least))
  const parts = widths.map((width) => ({ width, axes: [] as number[], product: 0 }))
  for (let axis = 0; axis < dim; axis++) {
    const open = parts.filter(({ axes, width }) => axes.length < width)
    const part = open.reduce((best, other) => (other.product < best.product ? other : best))
    part.axes.push(axis)
    part.product += logs[axis]
  }
  const order = parts.flatMap(({ axes }) => axes)
  const data = new Float32Array(dim * dim)
  order.forEach((axis, i) => {
    data.set(vectors.subarray(axis * dim, (axis + 1) * dim), i * dim)
  })
  return { rows: dim, dim, data }
}

/** The rows of codebooks that stand for points, each for some columns after another: `rows × dim`. */
export function decoded(rows: number, dim: number, codebooks: readonly Dense[], ids: Uint32Array): Float32Array {
  const out = new Float32Array(rows * dim)
  for (let i = 0, at = 0, id = 0; i < rows; i++) {
    for (const book of codebooks) {
      const from = ids[id++] * book.dim
      for (let j = 0; j < book.dim; j++) out[at++] = book.data[from + j]
    }
  }
  return out
}

/** The rotation R of least `‖R x − y‖²`, over all x and the y that stand for them: the polar factor of `Σ y xᵀ` (Schönemann 1966). */
export async function bestRotation(points: Dense, targets: Float32Array, { tensor }: Context): Promise<Dense> {
  const { rows, dim, data } = points
  const turned = { rows: dim, dim: rows, data: transpose(targets, rows, dim) }
  return tensor.polar(await tensor.matmul(turned, { rows, dim, data }))
}

/** The rotation as far beyond `to` as a share of the way to it from another one: the polar factor of `to + share · (to − from)`. */
export function beyond(from: Dense, to: Dense, share: number, { tensor }: Context): Promise<Dense> {
  return tensor.polar({ ...to, data: to.data.map((value, i) => value + share * (value - from.data[i])) })
}

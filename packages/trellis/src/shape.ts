import { type Context, type Dense, matrixFrom } from '@slimbed/core'
import { type Clustering, cluster, gramWithin } from './cluster.js'
import { bytesOfPlan, type Coefficients, planFor, type Settings, thin } from './plan.js'
import type { Sample } from './sample.js'

/** Axes for rows, of one number of clusters. */
export interface Shape {
  readonly clustering: Clustering | undefined
  /** `dim × dim`: unit rows, by falling variance of what is left of the rows. */
  readonly axes: Dense
  /** That variance, and that of the centres along the same axes. */
  readonly variances: Float64Array
  readonly between: Float64Array
}

const identity = (dim: number): Dense => {
  const data = new Float32Array(dim * dim)
  for (let i = 0; i < dim; i++) data[i * dim + i] = 1
  return { rows: dim, dim, data }
}

/** The principal axes of a Gram matrix, or the columns as they are. */
export async function axesOf(gram: Float64Array, dim: number, principal: boolean, { tensor }: Context): Promise<Dense> {
  if (!principal) return identity(dim)
  const { vectors } = await tensor.eigh(gram, dim)
  return { rows: dim, dim, data: Float32Array.from(vectors) }
}

/** `xᵀ G x` for every unit row x. */
function along(gram: Float64Array, { rows, dim, data }: Dense): Float64Array {
  return Float64Array.from({ length: rows }, (_, i) => {
    let sum = 0
    for (let a = 0; a < dim; a++) {
      let product = 0
      for (let b = 0; b < dim; b++) product += gram[a * dim + b] * data[i * dim + b]
      sum += product * data[i * dim + a]
    }
    return Math.max(0, sum)
  })
}

/** The axes that suit rows in so many clusters, or in none. */
export async function shapeFor(
  sample: Sample,
  gram: Float64Array,
  leading: Dense,
  clusters: number,
  principal: boolean,
  context: Context
): Promise<Shape> {
  const { dim, rows } = sample
  const clustering = clusters > 0 ? await cluster(sample, leading, clusters, context.random, context) : undefined
  const within = clustering ? gramWithin(gram, clustering) : gram
  const axes = clustering || !principal ? await axesOf(within, dim, principal, context) : leading
  const variances = along(within, axes).map((sum) => sum / Math.max(1, rows))
  const between = along(gram, axes).map((sum, i) => Math.max(0, sum / Math.max(1, rows) - variances[i]))
  return { clustering, axes, variances, between }
}

/** Rows of a sample and its centres along axes. */
export async function coefficientsOf(
  sample: Sample,
  { clustering }: Shape,
  basis: Dense,
  { tensor, signal }: Context,
  most = Infinity
): Promise<Coefficients> {
  const rows = thin(sample.data, sample.dim, most)
  const count = rows.length / sample.dim
  const project = async (data: Float32Array, length: number) =>
    (await tensor.project(matrixFrom(length, sample.dim, data), basis, { signal })).read(0, length)
  const projected = await project(rows, count)
  if (!clustering) return { dim: basis.rows, rows: projected, clusters: undefined }
  const { ids, centres } = clustering
  const own = Uint32Array.from({ length: count }, (_, i) => ids[Math.floor((i * sample.rows) / count)])
  return {
    dim: basis.rows,
    rows: projected,
    clusters: { ids: own, centres: await project(centres.data, centres.rows) }
  }
}

/** What a step makes of all rows, by a sample of their coefficients: bytes, without the basis, and squared error. */
export function outcomeOf(coefficients: Coefficients, rows: number, settings: Settings) {
  const plan = planFor(coefficients, rows, settings)
  const { fitted } = plan
  return { plan, bytes: bytesOfPlan(plan, rows), squaredError: (fitted.squaredError * rows) / Math.max(1, plan.rows) }
}

import { type Context, type Dense, matrixFrom } from '@slimbed/core'
import { type Clusterer, type Clustering, gramWithin, gramWithinAbout } from './cluster.js'
import { bytesOfPlan, type Coefficients, type Plan, planFor, type Settings } from './plan.js'
import { everyRow, heldOut, type Sample } from './sample.js'

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

/** `xᵀ G x` for every unit row x. Four rows at a time, since each sum has to wait for its own last term. */
function along(gram: Float64Array, { rows, dim, data }: Dense): Float64Array {
  const out = new Float64Array(rows)
  const x = new Float64Array(4 * dim)
  for (let first = 0; first < rows; first += 4) {
    const count = Math.min(4, rows - first)
    for (let i = 0; i < count; i++) for (let j = 0; j < dim; j++) x[4 * j + i] = data[(first + i) * dim + j]
    const sums = new Float64Array(4)
    for (let a = 0, at = 0; a < dim; a++) {
      let p = 0
      let q = 0
      let r = 0
      let s = 0
      for (let b = 0, from = 0; b < dim; b++, at++, from += 4) {
        const g = gram[at]
        p += g * x[from]
        q += g * x[from + 1]
        r += g * x[from + 2]
        s += g * x[from + 3]
      }
      sums[0] += p * x[4 * a]
      sums[1] += q * x[4 * a + 1]
      sums[2] += r * x[4 * a + 2]
      sums[3] += s * x[4 * a + 3]
    }
    for (let i = 0; i < count; i++) out[first + i] = Math.max(0, sums[i])
  }
  return out
}

/** What shapes are made of. */
export interface Shaping {
  readonly sample: Sample
  /** The Gram matrix of the sample, and its principal axes. */
  readonly gram: Float64Array
  readonly leading: Dense
  readonly clusterer: Clusterer
  readonly context: Context
}

/** The axes that suit rows in so many clusters, or in none; sooner where a shape of fewer is known. */
export async function shapeFor(shaping: Shaping, clusters: number, principal: boolean, fewer?: Shape): Promise<Shape> {
  const { gram, clusterer, context } = shaping
  if (clusters === 0) return shapeOf(shaping, undefined, gram, principal)
  const clustering = await clusterer(clusters, fewer?.clustering)
  return shapeOf(shaping, clustering, await gramWithinAbout(gram, clustering, context), principal)
}

/** The axes that suit rows in these clusters, about whose centres the rows have the Gram matrix `within`. */
async function shapeOf(
  { sample, gram, leading, context }: Shaping,
  clustering: Clustering | undefined,
  within: Float64Array,
  principal: boolean
): Promise<Shape> {
  const { rows, dim } = sample
  const axes = clustering || !principal ? await axesOf(within, dim, principal, context) : leading
  const variances = along(within, axes).map((sum) => sum / Math.max(1, rows))
  const between = clustering
    ? along(gram, axes).map((sum, i) => Math.max(0, sum / Math.max(1, rows) - variances[i]))
    : new Float64Array(dim)
  return { clustering, axes, variances, between }
}

/** A shape of as many clusters, whose centres are all drawn among the rows where they were grown: these lose less in the end. */
export async function drawnAnew(shaping: Shaping, shape: Shape, principal: boolean): Promise<Shape> {
  const { clustering } = shape
  return clustering?.grown ? shapeFor(shaping, clustering.centres.rows, principal) : shape
}

/** A shape that is chosen, after its centres have moved some more. */
export async function settledShape(shaping: Shaping, shape: Shape, principal: boolean): Promise<Shape> {
  if (!shape.clustering) return shape
  const clustering = await shape.clustering.settle()
  return shapeOf(shaping, clustering, await gramWithin(shaping.sample, clustering, shaping.context), principal)
}

/** Rows of a sample and its centres along axes: rows that the centres were not learned from, where there are more than the sample. */
export async function coefficientsOf(
  sample: Sample,
  { clustering }: Shape,
  basis: Dense,
  { tensor, signal }: Context,
  most = Infinity
): Promise<Coefficients> {
  const { dim } = sample
  const project = async (data: Float32Array) => {
    const length = data.length / dim
    return (await tensor.project(matrixFrom(length, dim, data), basis, { signal })).read(0, length)
  }
  const known = sample.whole ? everyRow(sample.rows) : heldOut(sample.rows)
  const count = Math.min(most, known.length)
  const picked = Uint32Array.from({ length: count }, (_, i) => known[Math.floor((i * known.length) / count)])
  const rows = new Float32Array(count * dim)
  picked.forEach((row, i) => {
    rows.set(sample.data.subarray(row * dim, (row + 1) * dim), i * dim)
  })
  const projected = await project(rows)
  if (!clustering) return { dim: basis.rows, rows: projected, clusters: undefined }
  const { ids, centres } = clustering
  return {
    dim: basis.rows,
    rows: projected,
    clusters: { ids: picked.map((row) => ids[row]), centres: await project(centres.data) }
  }
}

/** What a plan makes of all rows: bytes, without the basis, and squared error. */
export interface Outcome {
  readonly plan: Plan
  readonly bytes: number
  readonly squaredError: number
}

/** The outcome of a plan for `rows` rows. */
export const outcomeOfPlan = (plan: Plan, rows: number): Outcome => ({
  plan,
  bytes: bytesOfPlan(plan, rows),
  squaredError: (plan.fitted.squaredError * rows) / Math.max(1, plan.rows)
})

/** What a step makes of all rows, by a sample of their coefficients. */
export const outcomeOf = (coefficients: Coefficients, rows: number, settings: Settings, before?: Plan): Outcome =>
  outcomeOfPlan(planFor(coefficients, rows, settings, before), rows)

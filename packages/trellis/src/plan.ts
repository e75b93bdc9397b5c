import type { Table } from '@slimbed/core'
import { lambdaOf } from './lambda.js'
import { encodeRows } from './leaf/encode-rows.js'
import { type Fitted, fitCode, outcomeOfRows } from './leaf/fit.js'
import { leafOf } from './leaf/leaf.js'
import { valuesOf } from './leaf/values.js'
import { sigmasOf } from './spectrum.js'

/** Rows of a sample, and their centres, in the axes in which they are coded. */
export interface Coefficients {
  readonly dim: number
  /** `rows × dim`: rows of the sample. */
  readonly rows: Float32Array
  /** The cluster of each of them, and the centres, `clusters × dim`; undefined without clusters. */
  readonly clusters: { readonly ids: Uint32Array; readonly centres: Float32Array } | undefined
}

/** How finely all is coded. */
export interface Settings {
  readonly states: number
  readonly block: number
  readonly step: number
  /** What rows are multiplied by before they are coded. */
  readonly scale: number
}

/** Centres as they are stored. */
export interface Codebook {
  readonly table: Table
  /** `clusters × dim`: what the table decodes to. */
  readonly values: Float32Array
  readonly bytes: number
  readonly fitted: Fitted
}

/** What is coded how, and what becomes of the sample. */
export interface Plan {
  readonly codebook: Codebook | undefined
  readonly fitted: Fitted
  /** Rows that the code was fitted to. */
  readonly rows: number
}

export const bytesOf = ({ tensors }: Table): number =>
  Object.values(tensors).reduce((sum, { data }) => sum + data.byteLength, 0)

/** Rows less their centres. */
export function subtract(x: Float32Array, dim: number, ids: Uint32Array, centres: Float32Array): Float32Array {
  const out = new Float32Array(x.length)
  for (let i = 0, at = 0; at < x.length; i++) {
    const start = ids[i] * dim
    for (let j = 0; j < dim; j++, at++) out[at] = x[at] - centres[start + j]
  }
  return out
}

/**
 * Codes the centres of clusters of `size` rows each. They are as fine as pays: an error of a centre is an error of its rows where these are
 * coarse; where they are fine it makes them a little longer.
 */
export function codebookOf(
  { dim, rows, clusters }: Coefficients & { readonly clusters: NonNullable<Coefficients['clusters']> },
  size: number,
  { states, block, step, scale }: Settings,
  before?: Codebook
): Codebook {
  const { ids, centres } = clusters
  const left = sigmasOf(subtract(rows, dim, ids, centres), dim)
  const noise = 0.3 * step * step
  const share = left.reduce((sum, sigma) => sum + Math.min(1, noise / (sigma * sigma)), 0) / dim
  const coarse = Math.min(8, Math.max(1 / 4, 1 / Math.sqrt(size * share)))
  const sigmas = sigmasOf(centres, dim)
  const own = step * coarse
  const some = thin(centres, dim, fittedRows / 2)
  const fitting = { dim, states, block, step: own, scale, lambda: lambdaOf(sigmas, own), sigmas, gains: true }
  const fitted = fitCode(fitting, some, before?.fitted)
  const { code } = fitted
  const coded = encodeRows(code, centres)
  const table = leafOf(code, centres.length / dim, [coded])
  return { table, values: valuesOf(code, coded.ks, coded.gains), bytes: bytesOf(table), fitted }
}

/** Rows that tables are fitted to. */
const fittedRows = 2048

/** Every so many rows of a matrix, `most` of them. */
export function thin(x: Float32Array, dim: number, most: number): Float32Array {
  const rows = x.length / dim
  const count = Math.min(rows, most)
  const out = new Float32Array(count * dim)
  for (let i = 0; i < count; i++) {
    const row = Math.floor((i * rows) / count)
    out.set(x.subarray(row * dim, (row + 1) * dim), i * dim)
  }
  return out
}

/** What a step makes of a sample that stands for `rows` rows; sooner known where it is known of nearly the same step. */
export function planFor(coefficients: Coefficients, rows: number, settings: Settings, before?: Plan): Plan {
  const { dim, clusters } = coefficients
  const size = clusters ? rows / (clusters.centres.length / dim) : 0
  const codebook = clusters && codebookOf({ ...coefficients, clusters }, size, settings, before?.codebook)
  const left =
    clusters && codebook ? subtract(coefficients.rows, dim, clusters.ids, codebook.values) : coefficients.rows
  const sigmas = sigmasOf(left, dim)
  const some = thin(left, dim, fittedRows)
  const lambda = lambdaOf(sigmas, settings.step)
  const fitted = fitCode({ dim, ...settings, lambda, sigmas, gains: true }, some, before?.fitted)
  return { codebook, fitted, rows: some.length / dim }
}

/** The same plan, its outcome that of all rows of the sample instead of those that the code was fitted to. */
export function measured(plan: Plan, { dim, rows, clusters }: Coefficients): Plan {
  const { codebook, fitted } = plan
  const left = clusters && codebook ? subtract(rows, dim, clusters.ids, codebook.values) : rows
  return { codebook, fitted: { ...fitted, ...outcomeOfRows(fitted.code, left) }, rows: rows.length / dim }
}

/** The bytes of a block of rows besides its values: the state of the coder, and its length. */
const blockBytes = 4.5

/** The bytes that a plan makes of `rows` rows, about. */
export function bytesOfPlan({ codebook, fitted, rows: seen }: Plan, rows: number): number {
  const { code, bits, tableBytes } = fitted
  const blocks = Math.ceil(rows / code.block) * blockBytes
  return (codebook?.bytes ?? 0) + tableBytes + code.dim + blocks + ((bits / 8) * rows) / Math.max(1, seen)
}

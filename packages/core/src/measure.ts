import { SlimbedError, type Table, tableBytes } from '@slimbed/runtime'
import { throwIfAborted } from './abort.js'
import { bandEdges, bandOf } from './bands.js'
import { blocksOf } from './blocks.js'
import { codesOf, expand } from './expand.js'
import { compareRows, sumsPerRow } from './kernels/compare.js'
import { compareCodes } from './kernels/decode.js'
import type { Matrix } from './matrix.js'
import type { Pass, TensorAdapter, VisitSums } from './tensor/adapter.js'
import { checkWeights } from './weights.js'

/** How far a table is from the matrix that it stands for, over some rows. */
export interface Distortion {
  readonly rows: number
  /** `‖A − Â‖F / ‖A‖F`; 0 where both are 0. */
  readonly relativeError: number
  /** Mean over rows of the cosine between the row and what became of it; 1 where both are zero, 0 where one is. */
  readonly meanCosine: number
}

/** What a table costs and what it lost. */
export interface Measurement extends Distortion {
  readonly dim: number
  /** Bytes of the table's tensors. */
  readonly bytes: number
  /** `rows · dim · 4 / bytes`. */
  readonly ratio: number
  /** `8 · bytes / (rows · dim)`. */
  readonly bitsPerWeight: number
  /** `√(Σ wᵢ‖aᵢ − âᵢ‖² / Σ wᵢ‖aᵢ‖²)`, with weights. */
  readonly weightedError?: number
  /** The largest error of one element. */
  readonly maxError: number
  /** The same by falling weight (row order without weights): the first 100 rows, those to 1,000, to 10,000 … */
  readonly bands: readonly Distortion[]
}

/** What `measure` needs besides the matrix and the table. */
export interface MeasureOptions extends Pass {
  readonly tensor: TensorAdapter
  readonly weights?: Float32Array | undefined
}

const root = (error: number, norm: number) => (error === 0 ? 0 : Math.sqrt(error / norm))

/** Sums over the rows of one band. */
interface Sums {
  rows: number
  error: number
  norm: number
  cosine: number
}

const distortion = ({ rows, error, norm, cosine }: Sums): Distortion => ({
  rows,
  relativeError: root(error, norm),
  meanCosine: rows === 0 ? 1 : cosine / rows
})

/** Calls `visit` with the sums of all rows, in order. */
async function compareWith(
  original: Matrix,
  table: Table,
  { tensor, signal, progress }: MeasureOptions,
  visit: VisitSums
): Promise<void> {
  const { rows, dim } = original
  const { left, right } = table.children
  if (table.kind === 'product' && left && right) {
    const factor = await expand(right, tensor)
    const small = { rows: factor.rows, dim, data: await factor.read(0, factor.rows) }
    await tensor.compareProduct(original, await expand(left, tensor), small, visit, { signal, progress })
    return
  }
  const decoded = await expand(table, tensor)
  const coded = table.kind === 'quantized' ? codesOf(table) : undefined
  let found = new Float64Array(0)
  let room = new Float32Array(0)
  for await (const { start, count, data } of blocksOf(original)) {
    throwIfAborted(signal)
    // The first block is the largest.
    if (start === 0) {
      found = new Float64Array(count * sumsPerRow)
      room = new Float32Array(count * dim)
    }
    if (!coded || !compareCodes(data, coded, start, found)) {
      compareRows(data, await decoded.read(start, count, room.subarray(0, count * dim)), dim, found)
    }
    visit(start, found.subarray(0, count * sumsPerRow))
    progress?.(start + count, rows)
  }
}

/**
 * Compares a table with the matrix that it stands for, in one pass over blocks of rows.
 *
 * Rejects with `bad-input` when the shapes differ or there are not `rows` weights.
 */
export async function measure(original: Matrix, table: Table, options: MeasureOptions): Promise<Measurement> {
  const { rows, dim } = original
  const { weights } = options
  if (table.rows !== rows || table.dim !== dim) {
    const shapes = `the table is ${table.rows} × ${table.dim}, the original ${rows} × ${dim}`
    throw new SlimbedError('bad-input', `cannot compare: ${shapes}`)
  }
  checkWeights(weights, rows)
  const edges = bandEdges(rows)
  const band = bandOf(rows, edges, weights)
  const sums = edges.map((): Sums => ({ rows: 0, error: 0, norm: 0, cosine: 0 }))
  const weighted = { error: 0, norm: 0 }
  let maxError = 0
  await compareWith(original, table, options, (start, found) => {
    for (let at = 0, row = start; at < found.length; at += sumsPerRow, row++) {
      const aa = found[at]!
      const bb = found[at + 1]!
      const ee = found[at + 3]!
      maxError = Math.max(maxError, found[at + 4]!)
      const sum = sums[band(row)]!
      sum.rows++
      sum.error += ee
      sum.norm += aa
      sum.cosine += aa > 0 && bb > 0 ? found[at + 2]! / Math.sqrt(aa * bb) : aa === bb ? 1 : 0
      const w = weights ? weights[row]! : 1
      weighted.error += w * ee
      weighted.norm += w * aa
    }
  })
  const all = sums.reduce((x, y) => ({
    rows: x.rows + y.rows,
    error: x.error + y.error,
    norm: x.norm + y.norm,
    cosine: x.cosine + y.cosine
  }))
  const bytes = tableBytes(table)
  return {
    ...distortion(all),
    dim,
    bytes,
    ratio: (rows * dim * 4) / bytes,
    bitsPerWeight: (8 * bytes) / (rows * dim),
    ...(weights && { weightedError: root(weighted.error, weighted.norm) }),
    maxError,
    bands: sums.map(distortion)
  }
}

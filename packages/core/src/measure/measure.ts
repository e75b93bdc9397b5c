import { SlimbedError, type Table, tableBytes } from '@slimbed/runtime'
import { codesOf, factorsOf, floatCodes } from '@slimbed/runtime/kinds'
import { throwIfAborted } from '../abort.js'
import { blocksOf } from '../matrix/blocks.js'
import { encodedOf, encodeTable, holdCodes } from '../matrix/encoded.js'
import { expand } from '../matrix/expand.js'
import type { Matrix } from '../matrix/matrix.js'
import type { Pass, TensorAdapter, VisitSums } from '../tensor/adapter.js'
import { compareRows, sumsPerRow } from '../tensor/kernels/compare.js'
import { compareCodes } from '../tensor/kernels/decode.js'
import { bandEdges, bandOf } from './bands.js'
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
  /** The largest error of one element, where each was looked at: of projections, norms tell the rest. */
  readonly maxError?: number
  /** The same by falling weight (row order without weights): the first 100 rows, those to 1,000, to 10,000 … */
  readonly bands: readonly Distortion[]
}

/** What `measure` needs besides the matrix and the table. */
export interface MeasureOptions extends Pass {
  readonly tensor: TensorAdapter
  readonly weights?: Float32Array | undefined
}

/**
 * Given what a measuring pass computes, in the order of the rows, by the name of the tensor, instead of its being held in memory;
 * the bytes are others' once it resolves.
 */
export type Keep = (tensor: string, bytes: Uint8Array) => Promise<void>

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
  visit: VisitSums,
  keep: Keep | undefined
): Promise<void> {
  const { rows, dim } = original
  const factors = factorsOf(table)
  if (factors) {
    const { left, right } = factors
    const factor = await expand(right, tensor)
    const small = { rows: factor.rows, dim, data: await factor.read(0, factor.rows) }
    const pass = { signal, progress, keep: keep && ((rows: Float32Array) => keep('left.data', bytesOf(rows))) }
    await tensor.compareProduct(original, await expand(left, tensor), small, visit, pass)
    return
  }
  const decoded = await expand(table, tensor)
  const codes = codesOf(table)
  const grids = codes && floatCodes(codes)
  const coded = grids && { codes: grids.codes, grids }
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

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array) => new Uint8Array(buffer, byteOffset, byteLength)

/** Makes what adds up the sums of rows, anew each time. */
function summing(rows: number, weights: Float32Array | undefined) {
  const edges = bandEdges(rows)
  const band = bandOf(rows, edges, weights)
  return () => createSums(rows, edges, band, weights)
}

function createSums(
  rows: number,
  edges: readonly number[],
  band: (row: number) => number,
  weights: Float32Array | undefined
) {
  const sums = edges.map((): Sums => ({ rows: 0, error: 0, norm: 0, cosine: 0 }))
  const weighted = { error: 0, norm: 0 }
  let maxError = 0
  const visit: VisitSums = (start, found) => {
    for (let at = 0, row = start; at < found.length; at += sumsPerRow, row++) {
      const aa = found[at]
      const bb = found[at + 1]
      const ee = found[at + 3]
      maxError = Math.max(maxError, found[at + 4])
      const sum = sums[band(row)]
      sum.rows++
      sum.error += ee
      sum.norm += aa
      sum.cosine += aa > 0 && bb > 0 ? found[at + 2] / Math.sqrt(aa * bb) : aa === bb ? 1 : 0
      const w = weights ? weights[row] : 1
      weighted.error += w * ee
      weighted.norm += w * aa
    }
  }
  /** What they tell of the table. */
  const measurementOf = (table: Table): Measurement => {
    const all = sums.reduce((x, y) => ({
      rows: x.rows + y.rows,
      error: x.error + y.error,
      norm: x.norm + y.norm,
      cosine: x.cosine + y.cosine
    }))
    const { dim } = table
    const bytes = tableBytes(table)
    return {
      ...distortion(all),
      dim,
      bytes,
      ratio: (rows * dim * 4) / bytes,
      bitsPerWeight: (8 * bytes) / (rows * dim),
      ...(weights && { weightedError: root(weighted.error, weighted.norm) }),
      ...(!Number.isNaN(maxError) && { maxError }),
      bands: sums.map(distortion)
    }
  }
  return { visit, measurementOf }
}

/**
 * Compares a table with the matrix that it stands for, in one pass over blocks of rows.
 *
 * Rejects with `bad-input` when the shapes differ or there are not `rows` weights.
 */
export async function measure(original: Matrix, table: Table, options: MeasureOptions): Promise<Measurement> {
  return (await measureAndKeep(original, table, options)).measured
}

/**
 * `measure`, after which no codes of the table are left to be computed. What is computed of the table in the same pass goes to what
 * `keepOf` gives for it, if it can; of a table whose shape turns out to be another it is asked again.
 */
export async function measureAndKeep(
  original: Matrix,
  given: Table,
  options: MeasureOptions,
  keepOf?: (table: Table) => Keep
): Promise<{ table: Table; measured: Measurement }> {
  const { rows, dim } = original
  const { weights, tensor, ...pass } = options
  if (given.rows !== rows || given.dim !== dim) {
    const shapes = `the table is ${given.rows} × ${given.dim}, the original ${rows} × ${dim}`
    throw new SlimbedError('bad-input', `cannot compare: ${shapes}`)
  }
  checkWeights(weights, rows)
  const encoded = encodedOf(given)
  const startSums = summing(rows, weights)
  let sums = startSums()
  if (encoded?.matrix === original) {
    const visitOf = () => {
      sums = startSums()
      return sums.visit
    }
    const keepCodes = (table: Table) => {
      const keep = keepOf!(table)
      return (codes: Uint8Array) => keep('codes', codes)
    }
    const table = await encodeTable(encoded, tensor, { ...pass, visitOf, ...(keepOf && { keepOf: keepCodes }) })
    return { table, measured: sums.measurementOf(table) }
  }
  const table = await holdCodes(given, tensor, pass)
  await compareWith(original, table, options, sums.visit, keepOf?.(table))
  return { table, measured: sums.measurementOf(table) }
}

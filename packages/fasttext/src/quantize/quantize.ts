import { blocksOf, type TensorAdapter, throwIfAborted } from '@slimbed/core'
import { kMeansOfParts } from '@slimbed/core/cluster'
import type { Matrix } from '@slimbed/runtime'
import { type Codebooks, clusters, partsOf, type QuantizedMatrix, readQuantizedRows } from '../quantized.js'
import { levelsOf, unitRows } from './norms.js'

/** Options of `quantize`. */
export interface QuantizeOptions {
  /** Columns of each part; the last one may have fewer. */
  readonly width: number
  /** Whether rows are divided by their lengths, which are then stored in a byte each. */
  readonly norms: boolean
  readonly tensor: TensorAdapter
  /** Uniform in [0, 1). */
  readonly random: () => number
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((done: number, total: number) => void) | undefined
}

/** How often centres move at most, and the share of the error that a round must take away for another one to follow. */
const [rounds, settled] = [50, 1e-4]

/** The factor of each row of codes by which it is nearest to the row that it stands for. */
async function factorsOf(matrix: Matrix, coded: QuantizedMatrix, signal?: AbortSignal): Promise<Float32Array> {
  const { rows, dim } = matrix
  const factors = new Float32Array(rows)
  let decoded = new Float32Array()
  for await (const { start, count, data } of blocksOf(matrix)) {
    throwIfAborted(signal)
    if (decoded.length < count * dim) decoded = new Float32Array(count * dim)
    readQuantizedRows(coded, start, count, decoded)
    for (let i = 0; i < count; i++) {
      let [product, square] = [0, 0]
      for (let at = i * dim; at < (i + 1) * dim; at++) {
        product += data[at] * decoded[at]
        square += decoded[at] * decoded[at]
      }
      factors[start + i] = square > 0 ? product / square : 0
    }
  }
  return factors
}

/**
 * Product codes of a matrix, as fastText stores them: each part of a row is the nearest of the 256 rows of a codebook, which k-means finds
 * (Jégou, Douze and Schmid 2011). With `norms` the codes are those of directions, and the factor of a row is the one of least error.
 * The same for any number of threads. Rejects as the matrix does, and with `aborted`.
 */
export async function quantize(matrix: Matrix, options: QuantizeOptions): Promise<QuantizedMatrix> {
  const { rows, dim } = matrix
  const { width, norms, tensor, random, signal, onProgress } = options
  const parts = partsOf(dim, width)
  const codebooks: Codebooks = { dim, width, parts, centroids: new Float32Array(clusters * dim) }
  const codes = new Uint8Array(rows * parts)
  const coded: QuantizedMatrix = { kind: 'quantized', rows, dim, codebooks, codes }
  if (rows === 0) return coded
  const points = norms ? unitRows(matrix) : matrix
  const widths = Array.from({ length: parts }, (_, part) => Math.min(width, dim - part * width))
  const count = Math.min(clusters, rows)
  const learning = { tensor, random, rounds, settled, signal }
  const found = await kMeansOfParts(points, widths, { ...learning, clusters: count })
  // Codebooks of fewer rows, for fewer than 256 rows in all, are filled up with zeros.
  for (const [part, { data }] of found.codebooks.entries()) codebooks.centroids.set(data, part * width * clusters)
  const visit = (start: number, ids: Uint32Array) => {
    codes.set(ids, start * parts)
    onProgress?.(start + ids.length / parts, rows)
  }
  await tensor.nearest(points, found.codebooks, visit, { signal })
  if (!norms) return coded
  return { ...coded, norms: await levelsOf(await factorsOf(matrix, coded, signal), learning) }
}

import type { Matrix, Sizes } from '@slimbed/runtime'
import type { ReadableSink, Sink } from '../artefact/write.js'
import { rowsBetween } from '../matrix/rows-between.js'
import type { Measurement } from '../measure/measurement.js'
import type { Compressor } from '../plugin/compressor.js'
import { type Compressed, type CompressOptions, compress } from './compress.js'
import type { StageReport } from './compression.js'
import type { Made } from './made.js'

/** A part of a table in shards. */
export interface RowRange {
  readonly start: number
  readonly rows: number
}

/** The rows of each part of a table of so many, of at most `most` rows each, as even as can be. */
export function rangesOf(rows: number, most: number): RowRange[] {
  const count = Math.max(1, Math.ceil(rows / Math.max(1, most)))
  return Array.from({ length: count }, (_, i) => {
    const start = Math.floor((i * rows) / count)
    return { start, rows: Math.floor(((i + 1) * rows) / count) - start }
  })
}

/**
 * Compresses some rows of a matrix as a table of their own, and writes it: what becomes of them depends on these rows, their weights, the compressor and
 * the seed, and on no others, so that parts can be made anywhere and in any order. `weights` are those of all rows, `vocabulary` has the words of the
 * part. Rejects as `compress` does.
 */
export const compressPart = (
  matrix: Matrix,
  { start, rows }: RowRange,
  compressor: Compressor,
  options: CompressOptions & { readonly sink: Sink | ReadableSink }
): Promise<Compressed & { readonly sizes: Sizes }> =>
  compress(rowsBetween(matrix, start, rows), compressor, {
    ...options,
    weights: options.weights?.subarray(start, start + rows)
  })

const rootOf = (error: number, norm: number) => (error === 0 ? 0 : Math.sqrt(error / norm))

/** What parts come to together: errors by the squared norms of their rows. There are no bands: ranks are those of a part. */
export function madeOf(parts: readonly Made[]): Made {
  const measured = parts.map((part) => part.measured)
  const sum = (of: (part: Measurement, index: number) => number) =>
    measured.reduce((all, part, i) => all + of(part, i), 0)
  const rows = sum((part) => part.rows)
  const norm = sum(({ squaredNorm = Number.NaN }) => squaredNorm)
  const weightedNorm = sum(({ weightedNorm = Number.NaN }) => weightedNorm)
  const bytes = sum((part) => part.bytes)
  const { dim } = measured[0]
  const weighted = measured.every(({ weightedError }) => weightedError !== undefined)
  const most = measured.every(({ maxError }) => maxError !== undefined)
  const stages = parts[0].stages.map(({ name }, at): StageReport => {
    const error = sum(({ squaredNorm = Number.NaN }, i) => parts[i].stages[at].relativeError ** 2 * squaredNorm)
    return {
      name,
      bytes: parts.reduce((all, part) => all + part.stages[at].bytes, 0),
      relativeError: rootOf(error, norm)
    }
  })
  return {
    ...parts[0],
    stages,
    measured: {
      rows,
      dim,
      bytes,
      ratio: (rows * dim * 4) / bytes,
      bitsPerWeight: (8 * bytes) / (rows * dim),
      relativeError: rootOf(
        sum(({ relativeError, squaredNorm = Number.NaN }) => relativeError ** 2 * squaredNorm),
        norm
      ),
      meanCosine: sum((part) => part.meanCosine * part.rows) / rows,
      ...(weighted && {
        weightedError: rootOf(
          sum(({ weightedError = 0, weightedNorm = 0 }) => weightedError ** 2 * weightedNorm),
          weightedNorm
        )
      }),
      ...(most && { maxError: Math.max(...measured.map(({ maxError = 0 }) => maxError)) }),
      bands: []
    }
  }
}

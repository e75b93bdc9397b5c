import { type Context, defineCompressor, denseOf, type Matrix, matrixFrom, type Table } from '@slimbed/core'
import { kMeansOfParts } from '@slimbed/core/cluster'
import { pqCandidates } from './candidates.js'
import { encodeParts } from './encode-parts.js'
import { needs, type PartOptions, partOptions, widthsOf } from './options.js'
import { pointsOf } from './points.js'
import { clustersOf, smaller } from './smaller.js'

/** How often centres move at most. */
const rounds = 30

async function compress(matrix: Matrix, { parts, bits }: PartOptions, context: Context): Promise<Table> {
  const widths = widthsOf('pq', matrix.dim, parts)
  const { sample, matrix: rows, unit } = await pointsOf('pq', matrix, context)
  if (matrix.rows === 0) return denseOf(matrix)
  const { tensor, random, signal } = context
  const clusters = clustersOf(bits, sample.rows)
  const { codebooks } = await kMeansOfParts(matrixFrom(sample.rows, sample.dim, sample.data), widths, {
    clusters,
    tensor,
    random,
    rounds,
    settled: 2e-4,
    signal
  })
  return smaller(await encodeParts(rows, codebooks, unit, context), matrix)
}

/**
 * Product quantization: the columns are cut into parts, and of each row every part becomes the nearest of the 2^bits rows of a codebook
 * of its own, which k-means finds (Jégou, Douze and Schmid 2011).
 *
 * The table is a `concat` of `codebook` tables, whose sources are dense leaves that a later stage may compress; the matrix itself, where
 * that is not smaller. Rejects with `bad-option` for more parts than columns, `bad-input` for values that are not finite.
 */
export const pq = defineCompressor({
  name: 'pq',
  summary: 'product quantization: a code for each part of the columns',
  options: partOptions,
  check: needs('pq', 'parts'),
  candidates: pqCandidates,
  compress
})

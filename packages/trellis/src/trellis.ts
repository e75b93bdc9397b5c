import { type Context, defineCompressor, type Matrix, type Table } from '@slimbed/core'
import { candidates } from './candidates.js'
import { compressRows } from './compress-rows.js'
import { compressFixed } from './fixed/compress-fixed.js'
import { checkOptions, type Options, options } from './options.js'
import { rotated } from './rotated.js'
import { compressWeighted, isWeighted } from './weighted/compress-weighted.js'

/** Codes rows whose errors all count alike. */
function codeRows(matrix: Matrix, given: Options, context: Context): Promise<Table> {
  const compress = given.coding === 'fixed' ? compressFixed : compressRows
  return given.basis === 'hadamard' ? rotated(matrix, given, context, compress) : compress(matrix, given, context)
}

/**
 * Entropy-coded trellis quantization: rows, less the nearest of a coarse codebook, in their principal axes, by two quantizers between which
 * a machine of `states` states goes back and forth, and levels coded by their context (trellis-coded quantization: Marcellin and Fischer
 * 1990; with entropy coding: Fischer and Wang 1992; by parities, as in ITU-T H.266). One step for the whole table spends bits where they
 * pay.
 *
 * The table is an `offset` by the mean of a `product`, whose left operand is the `trellis` of coefficients, or with clusters the `sum` of it
 * and a `codebook`. With `basis=hadamard` all of that is the left operand of a product with a `hadamard` rotation. Rejects with `bad-input` for values that are not finite, and with `bad-option` for fewer bytes than there can be.
 */
export const trellis = defineCompressor({
  name: 'trellis',
  summary: 'entropy-coded trellis quantization: the least error at any number of bits a value',
  options,
  check: checkOptions,
  usesWeights: ({ weights }) => weights !== 'none',
  candidates,
  compress: (matrix: Matrix, given: Options, context: Context): Promise<Table> =>
    matrix.rows > 0 && isWeighted(given, context)
      ? compressWeighted(matrix, given, context, codeRows)
      : codeRows(matrix, given, context)
})

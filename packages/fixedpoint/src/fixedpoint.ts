import { type Context, defineCompressor, type Matrix, type Table, throwIfAborted } from '@slimbed/core'
import { candidates } from './candidates.js'
import { halfFloats } from './half-floats.js'
import { quantizeLloyd } from './lloyd/quantize.js'
import { checkOptions, type Options, options } from './options.js'
import { quantizeRows } from './own-scales.js'
import { quantizeShared } from './shared-scales.js'

async function compress(matrix: Matrix, given: Options, context: Context): Promise<Table> {
  throwIfAborted(context.signal)
  const { bits, scale, mode, clip, scaleType, format } = given
  if (format !== 'codes') return halfFloats(matrix, format, context)
  const { rows, dim } = matrix
  const groupSize = scale === 'column' ? 1 : scale === 'group' ? Math.min(given.groupSize, dim) : dim
  const shared = scale === 'table' || scale === 'column'
  const layout = { rows, dim, groupSize, groups: Math.ceil(dim / groupSize) }
  if (given.levels === 'lloyd') return quantizeLloyd(matrix, layout, shared, given, context)
  const affine = mode === 'affine'
  // The zero of an affine grid of more than 256 codes needs more than float16's 11 bits.
  const half = scaleType === 'f16' && !(affine && bits > 8)
  const top = 2 ** bits - 1
  const shape = { bits, top, affine, middle: top / 2, level: false, half }
  return (shared ? quantizeShared : quantizeRows)(matrix, layout, shape, clip === 'mse', context)
}

/**
 * Scalar quantization: each value becomes a code of 1 to 16 bits that means `(code − zero) · scale`, with one scale per
 * table, row, column or group of columns. With `levels=lloyd` it means `levels[code] · scale`. Or it becomes a half float.
 *
 * The result is a `quantized` table whose codes are computed when they are needed (`dense` for half floats; `nonuniform`, computed, with
 * `levels=lloyd`). Where rows share scales, finding them takes a pass over the matrix first (with `clip=mse` three). Row weights matter only
 * there, with `clip=mse` or `levels=lloyd`.
 * Rejects with `bad-input` for NaN and Infinity. Clipping minimises the squared error by a search, as May et al. 2019 (smallfry)
 * recommend for embeddings.
 */
export const fixedpoint = defineCompressor({
  name: 'fixedpoint',
  summary: 'quantization to 1-16 bits per value, with uniform or fitted levels, or half floats',
  options,
  check: checkOptions,
  candidates,
  compress
})

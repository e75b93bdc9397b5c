import { floatsOf, SlimbedError, type Table, type Tensor } from '@slimbed/core'
import { scalesByCode } from '@slimbed/core/kinds/nonuniform'
import { codesOf } from '@slimbed/runtime/kinds'
import { codeNumbers, listed, withGrid } from '../numbers.js'
import { floats, multiply, subtract, toFloat } from '../operations.js'
import type { Pattern } from '../pattern.js'

/** Codes, less the zeros and times the scales of the row, of groups in it, of the columns, or of all. */
export const quantized: Pattern = (table, ids, key, { b }) => {
  const parts = codesOf(table)
  if (!parts) throw new SlimbedError('unsupported', 'a quantized table without codes')
  const { dim, bits, groupSize, codes, scale, zero } = parts
  const numbers = toFloat(b, codeNumbers(b, key, { rows: table.rows, dim, bits, codes }, ids))
  const moved =
    typeof zero === 'number'
      ? subtract(b, numbers, floats(b, `${key}/zero`, [], Float32Array.of(zero)))
      : withGrid(b, `${key}/zero`, subtract, numbers, { groupSize, dim, tensor: zero }, ids)
  return withGrid(b, `${key}/scale`, multiply, moved, { groupSize, dim, tensor: scale }, ids)
}

/** The scales of a `nonuniform` table. */
function scalesOf({ tensors, config }: Table): Pick<Tensor, 'dtype' | 'data'> {
  const { scale } = tensors
  if (scale.dtype === 'F32' || scale.dtype === 'F16') return scale
  const scales = scalesByCode({ least: Number(config.least), ratio: Number(config.ratio) })
  return { dtype: 'F32', data: Float32Array.from(scale.data, (code) => scales[code]) }
}

/** As for quantized tables, with fitted levels in a list. */
export const nonuniform: Pattern = (table, ids, key, { b }) => {
  const { rows, dim, config, tensors } = table
  const { codes, levels } = tensors
  if (!(codes?.data instanceof Uint8Array) || !levels)
    throw new SlimbedError('unsupported', 'a nonuniform table without codes')
  const list = levels.dtype === 'F32' || levels.dtype === 'F16' ? floatsOf(levels as Tensor<'F32' | 'F16'>) : undefined
  if (!list) throw new SlimbedError('unsupported', `levels of ${levels.dtype}`)
  const numbers = codeNumbers(b, key, { rows, dim, bits: Number(config.bits), codes: codes.data }, ids)
  const grid = { tensor: scalesOf(table), groupSize: Number(config.groupSize), dim }
  return withGrid(b, `${key}/scale`, multiply, listed(b, `${key}/levels`, list, numbers), grid, ids)
}

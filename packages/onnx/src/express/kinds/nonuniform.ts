import { floatsOf, SlimbedError, type Table, type Tensor } from '@slimbed/core'
import { scalesByCode } from '@slimbed/core/kinds/nonuniform'
import { codeLevels, withGrid } from '../codes.js'
import type { Pattern } from '../pattern.js'

/** The scales of a `nonuniform` table as float32. */
function scalesOf({ tensors, config }: Table): Float32Array {
  const { scale } = tensors
  if (scale.dtype === 'F32' || scale.dtype === 'F16') return floatsOf(scale as Tensor<'F32' | 'F16'>)
  const scales = scalesByCode({ least: Number(config.least), ratio: Number(config.ratio) })
  return Float32Array.from(scale.data, (code) => scales[code])
}

/** As for quantized tables, with fitted levels in the list. */
export const nonuniform: Pattern = (table, ids, key, { b }) => {
  const { rows, dim, config, tensors } = table
  const { codes, levels } = tensors
  if (!(codes?.data instanceof Uint8Array && levels?.data instanceof Float32Array)) {
    throw new SlimbedError('unsupported', 'a nonuniform table without codes')
  }
  const values = codeLevels(b, key, { rows, dim, bits: Number(config.bits), codes: codes.data }, levels.data, ids)
  const grid = { values: scalesOf(table), groupSize: Number(config.groupSize), dim }
  return withGrid(b, `${key}.scale`, 'Mul', values, grid, ids)
}

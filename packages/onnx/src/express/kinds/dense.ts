import { SlimbedError } from '@slimbed/core'
import { valuesOf } from '@slimbed/runtime/kinds'
import { types } from '../../model/types.js'
import { cast, rowsOf } from '../operations.js'
import type { Pattern } from '../pattern.js'

const halves = { F16: types.FLOAT16, BF16: types.BFLOAT16 } as const
/** `Gather` and `Cast` take bfloat16 from here on. */
const bfloat16Opset = 13

/** `Gather`; and `Cast` where the values are half floats. */
export const dense: Pattern = (table, ids, key, { b }) => {
  const { dtype, data } = valuesOf(table) ?? raise('a dense table without values')
  const dims = [table.rows, table.dim]
  if (data instanceof Float32Array) return rowsOf(b, key, dims, data, ids)
  const type = dtype === 'F16' ? halves.F16 : halves.BF16
  if (type === halves.BF16 && b.opset < bfloat16Opset) {
    raise(`bfloat16 needs opset ${bfloat16Opset}, the model has ${b.opset}: take float16`)
  }
  const all = b.tensor(key, type, dims, data)
  return cast(b, ids === undefined ? all : b.node('Gather', [all, ids], { axis: 0 }), types.FLOAT)
}

const raise = (what: string): never => {
  throw new SlimbedError('unsupported', what)
}

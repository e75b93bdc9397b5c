import { SlimbedError } from '@slimbed/core'
import { factorsOf } from '@slimbed/runtime/kinds'
import type { Pattern } from '../pattern.js'

/** Rows of `left`, then `MatMul`: only the rows that are asked for are multiplied. `right` is small, and decoded when the model is loaded. */
export const product: Pattern = (table, ids, key, { b, table: write }) => {
  const factors = factorsOf(table)
  if (!factors) throw new SlimbedError('unsupported', 'a product without factors')
  const left = write(factors.left, ids, `${key}.left`)
  return b.node('MatMul', [left, write(factors.right, undefined, `${key}.right`)])
}

import { types } from '../model/types.js'
import { type Constant, constantOf } from './constants.js'
import { headsAmong } from './heads.js'
import { elementsHere, type Outside } from './outside.js'
import type { Values } from './scope.js'
import type { FoundTable } from './tables.js'

/** Whether a matrix has the values of another, which lies `rows × dim`; `turned` as `dim × rows`. */
async function isCopy(
  copy: Constant & { tensor: object },
  table: Constant & { tensor: object },
  turned: boolean,
  outside: Outside
) {
  const [a, b] = [await elementsHere(copy.tensor as never, outside), await elementsHere(table.tensor as never, outside)]
  if (a.length !== b.length) return false
  const [rows, dim] = table.dims
  if (!turned) return a.every((value, i) => value === b[i])
  for (let j = 0, at = 0; j < dim; j++) for (let i = 0; i < rows; i++, at++) if (a[at] !== b[i * dim + j]) return false
  return true
}

/**
 * A table with the heads that multiply with copies of it: tensors of the same values, or of the same values turned. What a configuration says counts for
 * nothing.
 */
export async function withCopies(table: FoundTable, values: Values, outside: Outside): Promise<FoundTable> {
  const { constant, rows, dim, type } = table
  const found = [...table.heads]
  const copies: Constant[] = []
  if (!constant.tensor || (type !== types.FLOAT && type !== types.FLOAT16)) return table
  for (const value of values.all) {
    const other = value.item?.tensor && value !== constant.value ? constantOf(value, values) : undefined
    if (!other?.tensor || other.type !== type || value.leaves || other.dims.length !== 2) continue
    for (const turned of [false, true]) {
      const [a, b] = turned ? [dim, rows] : [rows, dim]
      if (other.dims[0] !== a || other.dims[1] !== b) continue
      const { heads, others } = headsAmong(value.uses, turned, values)
      if (heads.length === 0 || others.length > 0 || !(await isCopy(other, constant, turned, outside))) continue
      found.push(...heads)
      copies.push(other)
      break
    }
  }
  return { ...table, heads: found, copies }
}

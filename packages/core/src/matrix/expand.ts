import type { BlockTools, Table } from '@slimbed/runtime'
import { expandTable, rowByRow } from '@slimbed/runtime/kinds'
import type { TensorAdapter } from '../tensor/adapter.js'
import { decodeRows } from '../tensor/kernels/decode.js'
import { materialize } from './deferred.js'
import { encodedOf, holdCodes } from './encoded.js'
import type { Matrix } from './matrix.js'

/**
 * A table as a matrix whose rows are decoded block by block as they are read, as its kind says; sums of products are the adapter's,
 * so they may differ from `readRow` in the last bits. Of a kind that tells single rows only, leaves that are yet to be computed are
 * held in memory.
 */
export async function expand(table: Table, tensor: TensorAdapter): Promise<Matrix> {
  if (encodedOf(table)) return expand(await holdCodes(table, tensor), tensor)
  const tools: BlockTools = {
    matmul: (a, b) => tensor.matmul(a, b),
    decode: (codes, start, count, out) => decodeRows(codes.codes, codes, start, count, out)
  }
  const found = await expandTable(table, tools, (child) => expand(child, tensor))
  return found ?? rowByRow(await materialize(table))
}

import type { BlockTools, Matrix, Table } from '@slimbed/runtime'
import { expandTable, rowByRow } from '@slimbed/runtime/kinds'
import { accelerate } from '@slimbed/runtime/simd'
import type { TensorAdapter } from '../tensor/adapter.js'
import { decodeRows } from '../tensor/kernels/decode.js'
import { computeCodes, materialize } from './compute.js'

/**
 * A table as a matrix whose rows are decoded block by block as they are read, as its kind says; sums of products are the adapter's,
 * so they may differ from `readRow` in the last bits. If the kind has no rule for reading blocks and can only decode single rows,
 * its lazy leaves are computed and held in memory first; entropy-coded rows are decoded in WebAssembly. Lazy codes are always held in memory.
 */
export async function expand(table: Table, tensor: TensorAdapter): Promise<Matrix> {
  const tools: BlockTools = {
    matmul: (a, b) => tensor.matmul(a, b),
    decode: (codes, start, count, out) => decodeRows(codes.codes, codes, start, count, out)
  }
  const expandNode = async (node: Table): Promise<Matrix> =>
    (await expandTable(node, tools, expandNode)) ?? rowByRow(accelerate(await materialize(node)))
  return expandNode(await computeCodes(table, tensor))
}

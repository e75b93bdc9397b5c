import { floatsOf, SlimbedError, type Table } from '@slimbed/core'
import type { Multiply } from '../multiply.js'
import { trainableDense } from './dense.js'
import type { TrainableTable } from './node.js'
import { trainablePartition } from './partition.js'
import { trainableProduct } from './product.js'

/** The values of a dense node, copied. */
function copyOf(table: Table): Float32Array {
  const { dtype, shape, data } = table.tensors.data
  if (data instanceof Float32Array) return data.slice()
  return floatsOf({ dtype: dtype as 'F16', shape, data: data as Uint16Array })
}

/**
 * A table whose dense leaves are trained: copies of those of `table`, which has them in memory, named by their paths.
 *
 * Throws `bad-input`, naming `what` it is, for nodes other than dense ones, products and partitions.
 */
export function trainable(
  table: Table,
  multiply: Multiply,
  what = 'the compression',
  path: readonly string[] = []
): TrainableTable {
  const child = (name: string) => trainable(table.children[name], multiply, what, [...path, name])
  if (table.kind === 'dense') return trainableDense(path.join('.'), table.rows, table.dim, copyOf(table), multiply)
  if (table.kind === 'product') return trainableProduct(child('left'), child('right'), multiply)
  if (table.kind === 'partition') {
    const group = table.tensors.group.data as Uint8Array | Uint16Array | Uint32Array
    return trainablePartition(
      group,
      Object.keys(table.children).map((_, id) => child(String(id)))
    )
  }
  const where = path.length === 0 ? 'its table' : `its part "${path.join('.')}"`
  throw new SlimbedError(
    'bad-input',
    `${what} cannot be trained: ${where} is ${table.kind}, and only dense, product and partition can be; quantize after training instead`
  )
}

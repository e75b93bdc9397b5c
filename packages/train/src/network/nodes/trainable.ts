import { floatsOf, SlimbedError, type Table } from '@slimbed/core'
import { factorsOf, partsOf, valuesOf } from '@slimbed/runtime/kinds'
import type { Multiply } from '../multiply.js'
import { trainableDense } from './dense.js'
import type { TrainableTable } from './node.js'
import { trainablePartition } from './partition.js'
import { trainableProduct } from './product.js'

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
  const child = (name: string, node: Table) => trainable(node, multiply, what, [...path, name])
  const values = valuesOf(table)
  if (values) return trainableDense(path.join('.'), table.rows, table.dim, floatsOf(values).slice(), multiply)
  const factors = factorsOf(table)
  if (factors) return trainableProduct(child('left', factors.left), child('right', factors.right), multiply)
  const made = partsOf(table)
  if (made)
    return trainablePartition(
      made.group,
      made.parts.map((part, id) => child(String(id), part))
    )
  const where = path.length === 0 ? 'its table' : `its part "${path.join('.')}"`
  throw new SlimbedError(
    'bad-input',
    `${what} cannot be trained: ${where} is ${table.kind}, and only dense, product and partition can be; quantize after training instead`
  )
}

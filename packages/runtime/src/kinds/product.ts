import { checkChildren, checkRow, childOf, fail, maxHeld } from '../check.js'
import type { Table } from '../table/table.js'
import { defineKind } from './kind.js'
import { addProduct } from './multiply.js'

/**
 * The table `left · right`, of `left` rows × rank and `right` rank × dim; `right` is decoded once, at the first use, unless it has `times`.
 *
 * Throws `bad-input` unless `left.dim = right.rows` and `right` has at most 2²⁸ elements.
 */
export function product(left: Table, right: Table): Table {
  const [rows, rank, dim] = [left.rows, left.dim, right.dim]
  if (right.rows !== rank) {
    fail('bad-input', `product: left is ${rows} × ${rank}, so right must have ${rank} rows, not ${right.rows}`)
  }
  if (rank * dim > maxHeld) {
    fail('bad-input', `product: right is ${rank} × ${dim}, more than ${maxHeld} elements`)
  }
  let scratch: Float32Array | undefined
  const children = { left, right }
  return {
    kind: 'product',
    rows,
    dim,
    config: {},
    tensors: {},
    children,
    held: rank * dim,
    readRow(row, out) {
      checkRow(row, rows)
      scratch ??= new Float32Array(rank)
      left.readRow(row, scratch)
      out.fill(0, 0, dim)
      addProduct(scratch, right, out)
    },
    with(next) {
      checkChildren('product', children, next)
      return product(childOf(next, 'left'), childOf(next, 'right'))
    }
  }
}

/** How a `product` node is rebuilt from a file. */
export const productKind = /* @__PURE__ */ defineKind('product', (_config, _tensors, children) =>
  product(childOf(children, 'left'), childOf(children, 'right'))
)

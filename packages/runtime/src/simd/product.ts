import { checkRow } from '../check.js'
import { factorsOf } from '../kinds/forms.js'
import { rows as rowsOf } from '../lookup/rows.js'
import type { Factors, Table } from '../table/table.js'
import { type Kernel, reserve } from './kernel.js'

/** Rows that are multiplied in one call. */
const batch = 64

/** Where the parts of a product lie in the kernel's memory. */
interface Place {
  readonly factors: number
  readonly right: number
  readonly out: number
}

/** Copies `right` into the kernel's memory; undefined where there is no room. */
function place(kernel: Kernel, right: Table, stride: number): Place | undefined {
  const { rows: rank, dim } = right
  try {
    const sizes = [batch * rank * 4, rank * stride * 4, batch * stride * 4]
    const [factors, at, out] = reserve(kernel, sizes) as [number, number, number]
    const row = new Float32Array(dim)
    for (let k = 0; k < rank; k++) {
      right.readRow(k, row)
      new Float32Array(kernel.memory.buffer, at + k * stride * 4, dim).set(row)
    }
    return { factors, right: at, out }
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** A table whose rows the kernel multiplies, if it is a product and there is room; else the table itself. */
export function lowered(kernel: Kernel, table: Table): Table {
  const factors = factorsOf(table)
  return factors ? simdProduct(kernel, table, factors) : table
}

/** A table that is the product of these operands, its rows multiplied by the kernel. */
function simdProduct(kernel: Kernel, plain: Table, { left, right }: Factors): Table {
  const { rows, dim } = plain
  const rank = left.dim
  const stride = Math.ceil(dim / 16) * 16
  const placed = place(kernel, right, stride)
  if (!placed) return plain
  let factors = new Float32Array()
  let products = factors
  let factorRow = factors
  let productRow = factors

  /** Views of the memory become invalid when it grows, which happens when another product is added. */
  function refresh(): void {
    if (productRow.length === dim) return
    factors = new Float32Array(kernel.memory.buffer, placed!.factors, batch * rank)
    products = new Float32Array(kernel.memory.buffer, placed!.out, batch * stride)
    factorRow = factors.subarray(0, rank)
    productRow = products.subarray(0, dim)
  }

  return {
    ...plain,
    readRow(row, out) {
      checkRow(row, rows)
      refresh()
      left.readRow(row, factorRow)
      kernel.multiply(placed.factors, 1, rank, placed.right, stride, placed.out)
      out.set(productRow)
    },
    readRows(indices, out) {
      for (let i = 0; i < indices.length; i++) checkRow(indices[i], rows)
      const ids = Uint32Array.from(indices)
      refresh()
      for (let start = 0; start < ids.length; start += batch) {
        const count = Math.min(batch, ids.length - start)
        rowsOf(left, ids.subarray(start, start + count), factors)
        kernel.multiply(placed.factors, count, rank, placed.right, stride, placed.out)
        for (let i = 0; i < count; i++) out.set(products.subarray(i * stride, i * stride + dim), (start + i) * dim)
      }
    },
    with: (children) => lowered(kernel, plain.with(children))
  }
}

import type { Table } from '../table/table.js'

/** The rows of a small table, `rows × dim`, row-major: its own data when they are float32. */
function expand(table: Table): Float32Array {
  const data = table.kind === 'dense' ? table.tensors.data?.data : undefined
  if (data instanceof Float32Array) return data
  const { rows, dim } = table
  const row = new Float32Array(dim)
  const out = new Float32Array(rows * dim)
  for (let i = 0; i < rows; i++) {
    table.readRow(i, row)
    out.set(row, i * dim)
  }
  return out
}

const expanded = new WeakMap<Table, Float32Array>()

/** `expand`, once for each table. */
export function expandOnce(table: Table): Float32Array {
  const rows = expanded.get(table) ?? expand(table)
  expanded.set(table, rows)
  return rows
}

/** Adds `Σₖ factors[k] · right[k]` to `out[0 .. dim)`, by the table's own method, or else from its rows, which are decoded at the first use. */
export function addProduct(factors: Float32Array, table: Table, out: Float32Array): void {
  if (table.times) {
    table.times(factors, out)
    return
  }
  const right = expandOnce(table)
  const { dim } = table
  const rank = factors.length
  let k = 0
  // Eight rows of `right` at a time: one load and one store of `out` for eight multiplications.
  for (; k + 8 <= rank; k += 8) {
    const f0 = factors[k]
    const f1 = factors[k + 1]
    const f2 = factors[k + 2]
    const f3 = factors[k + 3]
    const f4 = factors[k + 4]
    const f5 = factors[k + 5]
    const f6 = factors[k + 6]
    const f7 = factors[k + 7]
    const end = (k + 1) * dim
    for (let r = k * dim, j = 0; r < end; r++, j++) {
      const low = f0 * right[r] + f1 * right[r + dim] + (f2 * right[r + 2 * dim] + f3 * right[r + 3 * dim])
      const high =
        f4 * right[r + 4 * dim] + f5 * right[r + 5 * dim] + (f6 * right[r + 6 * dim] + f7 * right[r + 7 * dim])
      out[j] += low + high
    }
  }
  for (; k < rank; k++) {
    const factor = factors[k]
    for (let j = 0, r = k * dim; j < dim; j++, r++) out[j] += factor * right[r]
  }
}

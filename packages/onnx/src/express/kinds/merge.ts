import { dense, floatsOf, quantized, type Table } from '@slimbed/core'
import { codesOf, valuesOf } from '@slimbed/runtime/kinds'

/** Arrays of one type, one after another. */
function joined<T extends Float32Array | Uint16Array | Uint8Array>(
  arrays: readonly T[],
  make: (length: number) => T
): T {
  const out = make(arrays.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const array of arrays) {
    out.set(array, at)
    at += array.length
  }
  return out
}

/** All rows of a table, one after another. */
export function valuesOfRows(table: Table): Float32Array {
  const { rows, dim } = table
  const out = new Float32Array(rows * dim)
  for (let row = 0; row < rows; row++) table.readRow(row, out.subarray(row * dim, (row + 1) * dim))
  return out
}

/** Half floats of several tables; undefined where one has others. */
function mergedHalves(tables: readonly Table[], rows: number): Table | undefined {
  const halves = tables.flatMap((table) => {
    const values = valuesOf(table)
    return values?.dtype === 'F16' && values.data instanceof Uint16Array ? [values.data] : []
  })
  if (halves.length < tables.length) return undefined
  return dense(
    rows,
    tables[0].dim,
    joined(halves, (length) => new Uint16Array(length)),
    'F16'
  )
}

/** Codes of several tables that are made alike, each row with its own scales; undefined where they are not. */
function mergedCodes(tables: readonly Table[]): Table | undefined {
  const all = tables.flatMap((table) => codesOf(table) ?? [])
  const [first] = all
  if (all.length < tables.length) return undefined
  const { bits, groupSize, dim, zero } = first
  const groups = Math.ceil(dim / groupSize)
  const alike = all.every((each) => each.bits === bits && each.groupSize === groupSize && each.zero === zero)
  if (!alike || typeof zero !== 'number') return undefined
  const scales = all.map(({ scale }, i) => {
    const values = floatsOf(scale)
    if (values.length !== groups) return values
    return joined(
      Array.from({ length: tables[i].rows }, () => values),
      (length) => new Float32Array(length)
    )
  })
  const data = joined(scales, (length) => new Float32Array(length))
  const codes = joined(
    all.map((each) => each.codes),
    (length) => new Uint8Array(length)
  )
  return quantized({
    dim,
    bits,
    groupSize,
    zero,
    codes,
    scale: { dtype: 'F32', shape: [data.length / groups, groups], data }
  })
}

/** The rows of tables of as many columns as one table: made of what they are made of where they are alike, else of their values. */
export function mergeRows(tables: readonly Table[]): Table {
  const rows = tables.reduce((sum, table) => sum + table.rows, 0)
  const merged = mergedHalves(tables, rows) ?? mergedCodes(tables)
  if (merged) return merged
  return dense(
    rows,
    tables[0].dim,
    joined(tables.map(valuesOfRows), (length) => new Float32Array(length))
  )
}

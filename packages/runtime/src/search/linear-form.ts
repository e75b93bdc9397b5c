import { factorsOf } from '../kinds/forms.js'
import { dot, squares } from '../lookup/dot.js'
import { addRows, dots } from '../lookup/linear.js'
import type { Table } from '../table/table.js'
import { rowNorms } from './nearest.js'

/** A query in the coordinates of the coefficients, and what is added to each inner product with them. */
export interface Projected {
  readonly values: Float64Array
  readonly constant: number
}

/**
 * A table as coefficients: row i is `coefficients[i] · basis + shift`, so inner products with a query are those of the coefficients
 * with a projected query, and a constant.
 */
export interface LinearForm {
  /** `rows × rank`. */
  readonly coefficients: Table
  /** Whether the basis has orthonormal rows. */
  readonly orthonormal: boolean
  /** `dim` values. */
  readonly shift: Float64Array
  project(query: Float64Array): Projected
}

/** The linear form of a table: under its shifts and products; of any other table, itself. */
export function linearFormOf(table: Table): LinearForm {
  const shifted = table.shifted?.()
  if (shifted) {
    const form = linearFormOf(shifted.source)
    const { by } = shifted
    return {
      ...form,
      shift: form.shift.map((value, j) => value + by[j]),
      project(query) {
        const { values, constant } = form.project(query)
        return { values, constant: constant + dot(by, 0, query, table.dim) }
      }
    }
  }
  const factors = factorsOf(table)
  if (!factors) {
    const project = (values: Float64Array): Projected => ({ values, constant: 0 })
    return { coefficients: table, orthonormal: true, shift: new Float64Array(table.dim), project }
  }
  const { left, right } = factors
  const form = linearFormOf(left)
  const shift = new Float32Array(table.dim)
  addRows(right, Uint32Array.from(form.shift.keys()), form.shift, shift)
  return {
    coefficients: form.coefficients,
    orthonormal: form.orthonormal && right.orthonormal === true,
    shift: Float64Array.from(shift),
    project(query) {
      const projected = new Float64Array(right.rows)
      dots(right, query, projected)
      return form.project(projected)
    }
  }
}

/**
 * Reads the coefficients of every row, in order, and the Euclidean norm of the row itself: from the coefficients where the basis is
 * orthonormal.
 */
export function eachRow(
  table: Table,
  { coefficients, orthonormal, shift, project }: LinearForm,
  visit: (row: number, values: Float32Array, norm: number) => void
): void {
  const { rows, dim: rank } = coefficients
  const norms = orthonormal ? undefined : rowNorms(table)
  const across = project(shift).values
  const own = shift.reduce((sum, value) => sum + value * value, 0)
  const values = new Float32Array(rank)
  for (let row = 0; row < rows; row++) {
    coefficients.readRow(row, values)
    const square = norms ? 0 : squares(values, 0, rank) + 2 * dot(values, 0, across, rank) + own
    visit(row, values, norms ? norms[row] : Math.sqrt(Math.max(0, square)))
  }
}

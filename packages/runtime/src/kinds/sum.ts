import { checkChildren, fail, numbered } from '../check.js'
import type { Table } from '../table/table.js'
import { defineKind } from './kind.js'

/**
 * The elementwise sum of tables of one shape: for example a mean and the rest, separate directions, or residuals.
 *
 * Throws `bad-input` without tables, or when their shapes differ.
 */
export function sum(terms: readonly Table[]): Table {
  const { rows, dim } = terms[0] ?? fail('bad-input', 'sum: there are no terms')
  const odd = terms.find((term) => term.rows !== rows || term.dim !== dim)
  if (odd) fail('bad-input', `sum: a term is ${rows} × ${dim}, another ${odd.rows} × ${odd.dim}`)
  const children = Object.fromEntries(terms.entries())
  let scratch: Float32Array | undefined
  return {
    kind: 'sum',
    rows,
    dim,
    config: {},
    tensors: {},
    children,
    readRow(row, out) {
      scratch ??= new Float32Array(dim)
      terms[0].readRow(row, out)
      for (let i = 1; i < terms.length; i++) {
        terms[i].readRow(row, scratch)
        for (let j = 0; j < dim; j++) out[j] += scratch[j]
      }
    },
    with(next) {
      checkChildren('sum', children, next)
      return sum(numbered(next))
    },
    addRows(indices, weights, out, ask) {
      for (const term of terms) ask.addRows(term, indices, weights, out)
    },
    dots(query, out, ask) {
      const more = new Float64Array(rows)
      out.fill(0, 0, rows)
      for (const term of terms) {
        ask.dots(term, query, more)
        for (let i = 0; i < rows; i++) out[i] += more[i]
      }
    }
  }
}

/** How a `sum` node is rebuilt from a file. */
export const sumKind = /* @__PURE__ */ defineKind('sum', (_config, _tensors, children) => sum(numbered(children)))

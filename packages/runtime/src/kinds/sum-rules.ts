import { childOf, fail } from '../check.js'
import type { RemoteParts, Selection } from '../remote/node.js'
import type { Matrix } from '../table/matrix.js'
import type { Table } from '../table/table.js'
import type { WeightsRule } from './kind.js'

/** The rows of every term have the weights of the rows of the sum. */
export const sumWeights: WeightsRule = ({ children }, weights) =>
  Object.fromEntries(Object.keys(children).map((name) => [name, weights]))

/** A `sum` in blocks. */
export function expandSum({ rows, dim }: Table, operands: Readonly<Record<string, Matrix>>): Matrix {
  const terms = Object.values(operands)
  return {
    rows,
    dim,
    async read(start, count, into) {
      const out = into ?? new Float32Array(count * dim)
      for (const [i, term] of terms.entries()) {
        const block = await term.read(start, count)
        if (i === 0) out.set(block)
        else for (let at = 0; at < out.length; at++) out[at] += block[at]
      }
      return out
    }
  }
}

/** Every row is a row of each term. */
export function selectSum({ children }: RemoteParts): Selection {
  const terms = Object.values(children)
  const { rows, dim } = childOf(children, '0')
  if (terms.some((term) => term.rows !== rows)) fail('bad-input', `sum: expected terms of ${rows} rows`)
  return { rows, dim, take: terms }
}

import { checkChildren, childOf, fail } from '../check.js'
import { type TableKind, tensorOf } from '../kinds/kind.js'
import { dot } from '../lookup/dot.js'
import { fromFloat16 } from '../table/half.js'
import type { LoadNode, Table } from '../table/table.js'
import type { Tensor } from '../table/tensor.js'

const types = ['F32', 'F16'] as const

/**
 * The table whose row i is row i of `source` plus one and the same vector, such as the mean of the rows.
 *
 * Throws `bad-input` for a vector of another length than the rows.
 */
export function offset(vector: Tensor<(typeof types)[number]>, source: Table): Table {
  const { rows, dim } = source
  if (vector.data.length !== dim) fail('bad-input', `offset: ${vector.data.length} numbers for rows of ${dim}`)
  const { data } = vector
  const values = data instanceof Float32Array ? data : Float32Array.from(data, fromFloat16)
  const children = { source }
  return {
    kind: 'offset',
    rows,
    dim,
    config: {},
    tensors: { offset: vector },
    children,
    readRow(row, out) {
      source.readRow(row, out)
      for (let j = 0; j < dim; j++) out[j] += values[j]
    },
    with(next) {
      checkChildren('offset', children, next)
      return offset(vector, childOf(next, 'source'))
    },
    weightsFor: (_child, weights) => weights,
    shifted: () => ({ source, by: values }),
    addRows(ids, weights, out, ask) {
      ask.addRows(source, ids, weights, out)
      let total = 0
      for (let i = 0; i < ids.length; i++) total += weights[i]
      for (let j = 0; j < dim; j++) out[j] += total * values[j]
    },
    dots(query, out, ask) {
      ask.dots(source, query, out)
      const more = dot(values, 0, query, dim)
      for (let i = 0; i < rows; i++) out[i] += more
    },
    squaredNorms(out, ask) {
      const products = new Float64Array(rows)
      ask.squaredNorms(source, out)
      const query = Float64Array.from(values)
      ask.dots(source, query, products)
      const more = dot(values, 0, query, dim)
      for (let i = 0; i < rows; i++) out[i] = Math.max(0, out[i] + 2 * products[i] + more)
    },
    expand: ({ source: matrix }) => ({
      rows,
      dim,
      async read(start, count, into) {
        const block = await matrix.read(start, count)
        const out = into ?? new Float32Array(count * dim)
        for (let at = 0; at < out.length; ) for (let j = 0; j < dim; j++, at++) out[at] = block[at] + values[j]
        return out
      }
    })
  }
}

export const loadOffset: LoadNode = (_config, tensors, children) =>
  offset(tensorOf(tensors, 'offset', types, 1), childOf(children, 'source'))

/** How an `offset` node is rebuilt from a file. */
export const offsetKind: TableKind = { kind: 'offset', load: loadOffset }

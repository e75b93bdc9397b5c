import { checkChildren, checkRow, childOf, fail } from '../check.js'
import type { Table } from '../table/table.js'
import { defineKind, indexTensor, indexTypes, tensorOf } from './kind.js'

/**
 * The table whose row i is row `index[i]` of `source`.
 *
 * Throws `bad-input` for an index beyond the rows of `source`.
 */
export function gather(index: Uint8Array | Uint16Array | Uint32Array, source: Table): Table {
  const { dim, rows: sourceRows } = source
  const rows = index.length
  for (let i = 0; i < rows; i++) {
    if (index[i] >= sourceRows) {
      fail('bad-input', `gather: row ${i} is row ${index[i]} of its source, which has ${sourceRows} rows`)
    }
  }

  function everyRow(compute: (out: Float64Array) => void, out: Float64Array): void {
    const bySource = new Float64Array(sourceRows)
    compute(bySource)
    for (let i = 0; i < rows; i++) out[i] = bySource[index[i]]
  }

  const children = { source }
  return {
    kind: 'gather',
    rows,
    dim,
    config: {},
    tensors: { index: indexTensor(index) },
    children,
    readRow(row, out) {
      checkRow(row, rows)
      source.readRow(index[row], out)
    },
    with(next) {
      checkChildren('gather', children, next)
      return gather(index, childOf(next, 'source'))
    },
    addRows(indices, weights, out, ask) {
      const sourceIndices = new Uint32Array(indices.length)
      for (let i = 0; i < indices.length; i++) {
        checkRow(indices[i], rows)
        sourceIndices[i] = index[indices[i]]
      }
      ask.addRows(source, sourceIndices, weights, out)
    },
    dots: (query, out, ask) => everyRow((some) => ask.dots(source, query, some), out),
    squaredNorms: (out, ask) => everyRow((some) => ask.squaredNorms(source, some), out)
  }
}

/** How a `gather` node is rebuilt from a file. */
export const gatherKind = /* @__PURE__ */ defineKind('gather', (_, tensors, children) =>
  gather(tensorOf(tensors, 'index', indexTypes, 1).data, childOf(children, 'source'))
)

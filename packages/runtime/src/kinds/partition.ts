import { checkChildren, checkRow, fail, numbered } from '../check.js'
import type { Table } from '../table/table.js'
import { defineKind, indexTensor, indexTypes, tensorOf } from './kind.js'
import { positions } from './positions.js'

/**
 * The table whose row i is the next row of `parts[group[i]]`: row p of it, where p counts the earlier rows of the group.
 *
 * Throws `bad-input` unless the parts have one `dim` and as many rows as their groups.
 */
export function partition(group: Uint8Array | Uint16Array | Uint32Array, parts: readonly Table[]): Table {
  const dim = parts[0]?.dim ?? fail('bad-input', 'partition: there are no parts')
  const odd = parts.findIndex((part) => part.dim !== dim)
  if (odd >= 0) fail('bad-input', `partition: part 0 has ${dim} columns, part ${odd} has ${parts[odd].dim}`)
  const rows = group.length
  const position = positions(group, parts)
  const children = Object.fromEntries(parts.entries())

  const starts = new Uint32Array(parts.length + 1)
  for (let id = 0; id < parts.length; id++) starts[id + 1] = starts[id] + parts[id].rows
  let order: Uint32Array | undefined

  /** The rows by part, in each part by number: made once, so that many parts do not each go through all rows. */
  function rowsByPart(): Uint32Array {
    if (order) return order
    order = new Uint32Array(rows)
    for (let i = 0; i < rows; i++) order[starts[group[i]] + position[i]] = i
    return order
  }

  /** Runs `compute` on every part, then puts the numbers in the order of the rows. */
  function everyRow(compute: (part: Table, out: Float64Array) => void, out: Float64Array): void {
    const byPart = new Float64Array(rows)
    for (let id = 0; id < parts.length; id++) compute(parts[id], byPart.subarray(starts[id], starts[id + 1]))
    const order = rowsByPart()
    for (let i = 0; i < rows; i++) out[order[i]] = byPart[i]
  }

  return {
    kind: 'partition',
    rows,
    dim,
    config: {},
    tensors: { group: indexTensor(group) },
    children,
    readRow(row, out) {
      checkRow(row, rows)
      parts[group[row]].readRow(position[row], out)
    },
    with(next) {
      checkChildren('partition', children, next)
      return partition(group, numbered(next))
    },
    addRows(indices, weights, out, ask) {
      const byPart = new Map<number, [rows: number[], weights: number[]]>()
      for (let i = 0; i < indices.length; i++) {
        const row = indices[i]
        checkRow(row, rows)
        const id = group[row]
        const members = byPart.get(id) ?? [[], []]
        members[0].push(position[row])
        members[1].push(weights[i])
        byPart.set(id, members)
      }
      for (const [id, members] of byPart) ask.addRows(parts[id], ...members, out)
    },
    dots: (query, out, ask) => everyRow((part, some) => ask.dots(part, query, some), out),
    squaredNorms: (out, ask) => everyRow(ask.squaredNorms, out)
  }
}

/** How a `partition` node is rebuilt from a file. */
export const partitionKind = /* @__PURE__ */ defineKind('partition', (_, tensors, children) => {
  const parts = numbered(children)
  return partition(tensorOf(tensors, 'group', indexTypes, 1).data, parts)
})

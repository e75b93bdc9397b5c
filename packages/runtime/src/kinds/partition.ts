import { checkChildren, checkRow, childOf, fail } from '../check.js'
import { addRows, dots, squaredNorms } from '../linear.js'
import type { Table } from '../table.js'
import { defineKind, indexTensor, indexTypes, tensorOf } from './kind.js'

/** Where each row lies in its part, `rows` numbers. Throws `bad-input` unless every part has its group's rows. */
export function positions(group: ArrayLike<number>, parts: readonly { readonly rows: number }[]): Uint32Array {
  const members = new Uint32Array(parts.length)
  const position = new Uint32Array(group.length)
  for (let i = 0; i < position.length; i++) {
    const id = group[i]!
    if (id >= parts.length)
      fail('bad-input', `partition: row ${i} is of group ${id}, but there are ${parts.length} parts`)
    position[i] = members[id]!++
  }
  const wrong = parts.findIndex((part, id) => part.rows !== members[id])
  if (wrong < 0) return position
  return fail(
    'bad-input',
    `partition: part ${wrong} has ${parts[wrong]!.rows} rows, but its group has ${members[wrong]}`
  )
}

/**
 * The table whose row i is the next row of `parts[group[i]]`: row p of it, where p counts the earlier rows of the group.
 *
 * Throws `bad-input` unless the parts have one `dim` and as many rows as their groups.
 */
export function partition(group: Uint8Array | Uint16Array | Uint32Array, parts: readonly Table[]): Table {
  const dim = parts[0]?.dim ?? fail('bad-input', 'partition: there are no parts')
  const odd = parts.findIndex((part) => part.dim !== dim)
  if (odd >= 0) fail('bad-input', `partition: part 0 has ${dim} columns, part ${odd} has ${parts[odd]!.dim}`)
  const rows = group.length
  const position = positions(group, parts)
  const children = Object.fromEntries(parts.map((part, id) => [String(id), part]))

  let order: Uint32Array | undefined

  /** The rows by part, in each part by number: made once, so that many parts do not each go through all rows. */
  function rowsByPart(): Uint32Array {
    const next = new Uint32Array(parts.length)
    for (let id = 1; id < parts.length; id++) next[id] = next[id - 1]! + parts[id - 1]!.rows
    const out = new Uint32Array(rows)
    for (let i = 0; i < rows; i++) out[next[group[i]!]!++] = i
    return out
  }

  /** Runs `compute` on every part, then puts the numbers in the order of the rows. */
  function everyRow(compute: (part: Table, out: Float32Array) => void, out: Float32Array): void {
    const byPart = new Float32Array(rows)
    const start = new Uint32Array(parts.length)
    let next = 0
    parts.forEach((part, id) => {
      start[id] = next
      compute(part, byPart.subarray(next, next + part.rows))
      next += part.rows
    })
    for (let i = 0; i < rows; i++) out[i] = byPart[start[group[i]!]! + position[i]!]!
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
      parts[group[row]!]!.readRow(position[row]!, out)
    },
    with(next) {
      checkChildren('partition', children, next)
      return partition(
        group,
        parts.map((_, id) => childOf(next, String(id)))
      )
    },
    weightsFor(child, weights) {
      if (!Object.hasOwn(children, child)) return undefined
      order ??= rowsByPart()
      let start = 0
      for (let id = 0; id < Number(child); id++) start += parts[id]!.rows
      return Float32Array.from(order.subarray(start, start + children[child]!.rows), (row) => weights[row]!)
    },
    addRows(indices, weights, out) {
      const byPart = new Map<number, { rows: number[]; weights: number[] }>()
      for (let i = 0; i < indices.length; i++) {
        const row = indices[i]!
        checkRow(row, rows)
        const id = group[row]!
        const members = byPart.get(id) ?? { rows: [], weights: [] }
        members.rows.push(position[row]!)
        members.weights.push(weights[i]!)
        byPart.set(id, members)
      }
      for (const [id, members] of byPart) addRows(parts[id]!, members.rows, members.weights, out)
    },
    dots: (query, out) => everyRow((part, some) => dots(part, query, some), out),
    squaredNorms: (out) => everyRow(squaredNorms, out)
  }
}

/** How a `partition` node is rebuilt from a file. */
export const partitionKind = /* @__PURE__ */ defineKind('partition', (_, tensors, children) => {
  const parts = Object.keys(children).map((_name, id) => childOf(children, String(id)))
  return partition(tensorOf(tensors, 'group', indexTypes, 1).data, parts)
})

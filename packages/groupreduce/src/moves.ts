import { allValues, partValues } from './cost.js'
import type { Parts } from './parts.js'

/** The rows that want to move, in the order in which they move, and the groups they want to move to. */
export interface Wish {
  readonly rows: Uint32Array
  /** The group of every row of the table, as wished. */
  readonly ids: Uint16Array
}

/**
 * The groups after up to `most` rows have moved, in order. A row does not move if the values stored would exceed `room`.
 */
export function moved({ ids, sizes, ranks }: Parts, wish: Wish, most: number, dim: number, room: number): Uint16Array {
  const next = ids.slice()
  const now = [...sizes]
  let values = allValues(now, ranks, dim)
  let count = 0
  for (const row of wish.rows) {
    if (count >= most) break
    const [from, to] = [ids[row], wish.ids[row]]
    const [leaving, joining] = [ranks[from], ranks[to]]
    const saved = partValues(now[from], leaving, dim) - partValues(now[from] - 1, leaving, dim)
    const spent = partValues(now[to] + 1, joining, dim) - partValues(now[to], joining, dim)
    if (spent > saved && values + spent - saved > room) continue
    values += spent - saved
    now[from]--
    now[to]++
    next[row] = to
    count++
  }
  return next
}

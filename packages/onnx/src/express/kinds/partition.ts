import { SlimbedError } from '@slimbed/core'
import { partsOf } from '@slimbed/runtime/kinds'
import type { Builder } from '../builder.js'
import { numberRows } from '../numbers.js'
import { gather, int, reshape, subtract } from '../operations.js'
import type { Pattern } from '../pattern.js'

/** `NonZero` and `Scatter` are there from here on, and `Less` of whole numbers. */
const selectOpset = 9

/** Which of some numbers are from `start` up to below `end`; undefined bounds are none. */
function within(b: Builder, numbers: string, start: number | undefined, end: number | undefined): string {
  const below = end === undefined ? undefined : b.node('Less', [numbers, int(b, end)])
  const from = start === undefined ? undefined : b.node('Not', [b.node('Less', [numbers, int(b, start)])])
  if (below !== undefined && from !== undefined) return b.node('And', [from, below])
  return below ?? from ?? b.node('Equal', [numbers, numbers])
}

/** The places where a list of booleans is true, `[…]` int64. */
const placesOf = (b: Builder, flags: string): string => reshape(b, b.node('NonZero', [flags]), [-1])

/**
 * Rows are numbered part after part. For each part, the places of its rows among those asked for (`NonZero`), and these rows alone are
 * decoded; all are put together (`Concat`), and then in order: `Gather` by the inverse of the places, which `ScatterElements` makes.
 */
export const partition: Pattern = (table, ids, key, { b, table: write }) => {
  const { group, parts } = partsOf(table) ?? { group: [], parts: [] }
  const starts: number[] = []
  let rows = 0
  for (const part of parts) {
    starts.push(rows)
    rows += part.rows
  }
  if (rows !== group.length) throw new SlimbedError('unsupported', 'a partition whose parts do not have its rows')
  const next = [...starts]
  const numbers = numberRows(
    b,
    `${key}.order`,
    Array.from(group, (id) => next[id]++),
    ids
  )
  const present = parts.flatMap((part, id) => (part.rows > 0 ? [{ part, id }] : []))
  if (present.length === 1) return write(present[0].part, numbers, `${key}.${present[0].id}`)
  if (b.opset < selectOpset) {
    throw new SlimbedError('unsupported', `partition: needs opset ${selectOpset}, the model has ${b.opset}`)
  }
  const [decoded, places]: [string[], string[]] = [[], []]
  for (const [i, { part, id }] of present.entries()) {
    const [start, end] = [starts[id], starts[id] + part.rows]
    const own = placesOf(b, within(b, numbers, i === 0 ? undefined : start, i === present.length - 1 ? undefined : end))
    const taken = gather(b, numbers, own)
    decoded.push(write(part, start === 0 ? taken : subtract(b, taken, int(b, start)), `${key}.${id}`))
    places.push(own)
  }
  const order = b.node('Concat', places, { axis: 0 })
  const counted = placesOf(b, b.node('Equal', [numbers, numbers]))
  const inverse = b.node(b.opset < 11 ? 'Scatter' : 'ScatterElements', [order, order, counted], { axis: 0 })
  return gather(b, b.node('Concat', decoded, { axis: 0 }), inverse)
}

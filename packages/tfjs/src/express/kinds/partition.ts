import { SlimbedError } from '@slimbed/core'
import { partsOf } from '@slimbed/runtime/kinds'
import type { Builder } from '../builder.js'
import { numberRows } from '../numbers.js'
import { least, less, most, reshape, select, subtract } from '../operations.js'
import type { Pattern } from '../pattern.js'

/** Numbers of rows as those of the part that begins at `start` and has `rows`; those of other parts become any of its rows. */
function within(b: Builder, numbers: string, start: number, rows: number): string {
  const own = start === 0 ? numbers : subtract(b, numbers, b.whole([start], []))
  return most(b, least(b, own, b.whole([rows - 1], [])), b.whole([0], []))
}

/**
 * Rows are numbered part after part. All numbers that are asked for are looked up in each part, and each row is taken from the part that it is in: to look up only those of
 * one part would need `Where`, with which a model can no longer be run by `execute`.
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
  const order = Array.from(group, (id) => next[id]++)
  const numbers = numberRows(b, `${key}/order`, order, ids)
  const present = parts.flatMap((part, id) => (part.rows > 0 ? [{ part, id, start: starts[id] }] : []))
  if (present.length === 1) return write(present[0].part, numbers, `${key}/${present[0].id}`)
  return present
    .map(({ part, id, start }) => {
      const taken = write(part, within(b, numbers, start, part.rows), `${key}/${id}`)
      return { taken, end: start + part.rows }
    })
    .reduceRight(({ taken: later }, { taken, end }) => {
      const before = reshape(b, less(b, numbers, b.whole([end], [])), [-1, 1])
      return { taken: select(b, before, taken, later), end }
    }).taken
}

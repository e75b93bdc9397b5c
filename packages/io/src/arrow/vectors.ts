import { SlimbedError, type Source } from '@slimbed/runtime'
import { bytesOfElement } from '../binary/elements.js'
import type { Stored } from '../binary/stored-matrix.js'
import { type Column, firstNull, offsetsOf } from './buffers.js'
import { checked } from './messages.js'
import type { Field } from './schema.js'

/** Whether a column has a list of numbers in each row. */
export const isVector = ({ type, indexed, children }: Field): boolean =>
  /^(?:fixed-|large-)?list$/.test(type) &&
  !indexed &&
  children.length === 1 &&
  children[0].element !== undefined &&
  !children[0].indexed

/**
 * Where the numbers of a batch are, whose first row is `start` of the file. Without `dim`, its first row says how many there are in each. Rejects with `bad-input` for nulls, and for
 * lists that are not as long.
 */
export async function storedVectors(
  source: Source,
  field: Field,
  [list, numbers]: readonly Column[],
  start: number,
  dim: number | undefined
): Promise<Stored> {
  const { rows, spans } = list
  const [{ element: type = 'F32' }] = field.children
  const bad = (row: number, what: string, expected: string) =>
    new SlimbedError('bad-input', `${source.name}, row ${start + row} (from 0): expected ${expected}, came ${what}`)
  const without = await firstNull(source, list, 0, rows)
  if (without >= 0) throw bad(without, 'null', 'a list of numbers')

  let from = 0
  let length = field.type === 'fixed-list' ? field.size : dim
  if (field.type !== 'fixed-list') {
    let row = 0
    for await (const offsets of offsetsOf(source, spans[1], rows, field.type === 'large-list')) {
      if (row === 0) from = offsets[0]
      length ??= offsets[1] - offsets[0]
      for (let i = 1; i < offsets.length; i++, row++) {
        const own = offsets[i] - offsets[i - 1]
        if (own !== length) throw bad(row, `${own}`, `${length} numbers, as in row 0`)
      }
    }
  }
  if (!length || length < 0) throw bad(0, 'none', 'a list of numbers')
  const [place, size] = [length, bytesOfElement(type)]
  const none = await firstNull(source, numbers, from, rows * place)
  if (none >= 0) throw bad(Math.floor((none - from) / place), 'null', `a number in column ${(none - from) % place}`)
  const values = numbers.spans[1]
  return checked(source, () => {
    const end = (from + rows * place) * size
    if (!(end <= values.length)) throw new RangeError(`${values.length} bytes for ${rows} × ${place} numbers`)
    return { rows, dim: place, type, start: values.start + from * size }
  })
}

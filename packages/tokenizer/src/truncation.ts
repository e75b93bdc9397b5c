import { at, countAt, fail, type Json, objectAt, shown } from './check.js'

/** Which ids of a long text are kept. */
export interface Truncation {
  /** The most ids, special tokens included; Infinity without a limit. */
  readonly maxLength: number
  /** Whether the first ones are left out, not the last. */
  readonly left: boolean
}

/** `truncation` of a file. Throws `unsupported` and `corrupt-file`. */
export function truncationAt(value: Json | undefined): Truncation {
  if (value === undefined || value === null) return { maxLength: Infinity, left: false }
  const json = objectAt(value, 'truncation')
  const direction = at(json, 'direction') ?? 'Right'
  if (direction !== 'Right' && direction !== 'Left') fail('unsupported', `truncation.direction: ${shown(direction)}`)
  return { maxLength: countAt(at(json, 'max_length'), 'truncation.max_length'), left: direction === 'Left' }
}

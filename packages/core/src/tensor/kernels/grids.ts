import { SlimbedError } from '@slimbed/runtime'

/** Uniform grids: code c of column j of a row stands for `(c − zero) · scale`. */
export interface GridSet {
  readonly dim: number
  /** Bits of a code, 1 to 16. */
  readonly bits: number
  /** Consecutive columns that share a grid, 1 to `dim`. */
  readonly groupSize: number
  /** `⌈dim / groupSize⌉` for each row, or that many for all rows. */
  readonly scale: Float32Array
  /** One for all, or as many as `scale`. */
  readonly zero: number | Float32Array
}

/** How many grids a row has. */
export const groupsOf = ({ dim, groupSize }: GridSet): number => Math.ceil(dim / groupSize)

/** Whether all rows have the same grids; throws `bad-input` unless there are grids for `rows` rows, or for all. */
export function isShared(grids: GridSet, rows: number): boolean {
  const { scale, zero } = grids
  const groups = groupsOf(grids)
  const shared = scale.length === groups
  if ((shared || scale.length >= rows * groups) && (typeof zero === 'number' || zero.length === scale.length))
    return shared
  const zeros = typeof zero === 'number' ? '' : ` and ${zero.length} zeros`
  throw new SlimbedError('bad-input', `${scale.length} scales${zeros} for ${rows} rows of ${groups} groups`)
}

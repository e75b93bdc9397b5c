import type { QuantizedOptions, RowGrids } from '@slimbed/core'
import type { GridShape } from './grid.js'

/** Which values share a grid: `groupSize` consecutive columns, of one row or of all. */
export interface Layout {
  readonly rows: number
  readonly dim: number
  readonly groupSize: number
  /** `⌈dim / groupSize⌉`. */
  readonly groups: number
}

/** Room for `count` grids; the zeros of those that are not affine are all `top / 2`. */
export const createGrids = (count: number, { affine, top }: GridShape): RowGrids => ({
  scale: new Float32Array(count),
  zero: affine ? new Float32Array(count) : top / 2
})

/** What is known of the table before its grids are. */
export const optionsOf = (
  { groupSize }: Layout,
  { bits, top, affine, half }: GridShape
): Omit<QuantizedOptions, 'grids'> => ({ bits, groupSize, half, ...(!affine && { zero: top / 2 }) })

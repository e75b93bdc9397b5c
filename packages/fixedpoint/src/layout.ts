import { fromFloat16, type GridSet, quantized, type Table, type Tensor, toFloat16 } from '@slimbed/core'
import type { GridShape } from './grid.js'

/** Which values share a grid: `groupSize` consecutive columns of one row, or of all rows when `shared`. */
export interface Layout {
  readonly rows: number
  readonly dim: number
  readonly groupSize: number
  /** `⌈dim / groupSize⌉`. */
  readonly groups: number
  readonly shared: boolean
}

/** A grid for every set of values that share one: `(shared ? 1 : rows) × groups`, row-major. */
export interface Grids {
  readonly scale: Float32Array
  /** Only of affine grids; otherwise every zero is `top / 2`. */
  readonly zero?: Float32Array
}

/** Room for all grids of a layout. */
export function createGrids({ rows, groups, shared }: Layout, { affine }: GridShape): Grids {
  const count = (shared ? 1 : rows) * groups
  return { scale: new Float32Array(count), ...(affine && { zero: new Float32Array(count) }) }
}

/** The grids as the encoder takes them: they may be set later. */
export const gridSetOf = ({ dim, groupSize }: Layout, { bits, top }: GridShape, { scale, zero }: Grids): GridSet => ({
  dim,
  bits,
  groupSize,
  scale,
  zero: zero ?? top / 2
})

/** float16 if that holds every value exactly, which is so where each was rounded to it, else float32. */
function tensorOf(values: Float32Array, shape: readonly number[], half: boolean): Tensor<'F16' | 'F32'> {
  const data = toFloat16(values)
  if (half && values.every((value, i) => fromFloat16(data[i]!) === value)) return { dtype: 'F16', shape, data }
  return { dtype: 'F32', shape, data: values }
}

/** The table of packed codes and their grids. */
export function tableOf(layout: Layout, shape: GridShape, codes: Uint8Array, grids: Grids): Table {
  const { dim, groupSize, groups } = layout
  const { bits, top, half } = shape
  const size = [grids.scale.length / groups, groups]
  const scale = tensorOf(grids.scale, size, half)
  const zero = grids.zero ? tensorOf(grids.zero, size, half) : top / 2
  return quantized({ dim, bits, groupSize, codes, scale, zero })
}

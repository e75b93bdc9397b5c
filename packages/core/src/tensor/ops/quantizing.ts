import type { Dense } from '@slimbed/runtime'
import type { ScaleModule } from '../jobs/quantize-projected.js'
import type { Tally } from '../types.js'

/** The grids of some rows. */
export interface RowGrids {
  /** `⌈dim / groupSize⌉` for each of the rows, or for all. */
  readonly scale: Float32Array
  /** One for all, or as many as `scale`. */
  readonly zero: number | Float32Array
}

/** How `TensorAdapter.quantize` quantizes rows. */
export interface Quantizing {
  /** Bits of a code, 1 to 16. */
  readonly bits: number
  /** Consecutive columns that share a grid, 1 to `dim`. */
  readonly groupSize: number
  /** The grids of `count` rows from `start` on, given row-major. */
  gridsOf(block: Float32Array, start: number, count: number): RowGrids
  /**
   * Says that grids follow from the least and the largest value of each group alone: `gridsOf` then has this zero, and the scales of
   * `scaleOf`, which is not negative, is 0 for 0, covers all values, and has for values on both sides of 0 the larger scale of the two sides. `scales` is where
   * threads find it.
   */
  readonly fromEnds?:
    | { readonly zero: number; scaleOf(min: number, max: number): number; readonly scales?: ScaleModule | undefined }
    | undefined
  /**
   * Where the matrix is a projection of another one, as `projectedFrom` says: what is compared with the rows of that are those of the product of the quantized rows and this.
   */
  readonly through?: Dense | undefined
  /** What is added up of the errors, where each row is compared with what it becomes. */
  readonly compare?: Tally | undefined
  /** Called after each block; if it returns true, the pass ends there. */
  ended?(): boolean
}

/** What becomes of a block of rows. */
export interface Coded {
  readonly codes: Uint8Array
  readonly grids: RowGrids
}

import type { JsonObject, Table } from '@slimbed/runtime'
import type { Measurement } from '../measure/measurement.js'

/** What the table was after one stage. */
export interface StageReport {
  readonly name: string
  /** Bytes of the table's tensors. */
  readonly bytes: number
  /** NaN where the table keeps only similarities between rows. */
  readonly relativeError: number
  /** What the stage reported of each leaf that it rewrote, by the leaf's path (`''` is the root, `0.left`). */
  readonly details?: Readonly<Record<string, JsonObject>>
}

/** A compressed table and how it came about. */
export interface Compression {
  readonly table: Table
  /** The spec of the pipeline. */
  readonly pipeline: string
  readonly seed: number
  readonly stages: readonly StageReport[]
  /** The last stage's table against the input; errors and cosines are NaN where it keeps only similarities between rows. */
  readonly measured: Measurement
  readonly backend: string
  readonly threads: number
}

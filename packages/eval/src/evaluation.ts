import type { ComparedScore } from './compare.js'
import type { Fidelity } from './measures/fidelity.js'
import type { Skipped } from './tasks/parse.js'

/** A table as a file. */
export interface TableFile {
  readonly path: string
  readonly format: string
  readonly rows: number
  readonly dim: number
  /** Of the file. */
  readonly bytes: number
  readonly tableBytes: number
  /** `rows · dim · 4 / tableBytes`. */
  readonly ratio: number
  /** What made it, where it says. */
  readonly pipeline?: string
}

/** The results of one table. */
export interface TableEvaluation extends TableFile {
  readonly scores: readonly ComparedScore[]
  /** From 0 to 1; depends on the scale of the rows. */
  readonly isotropy: number
  /** Compared with the original, if one is given. */
  readonly fidelity?: Fidelity
}

/** The results of tables on some tasks: what `slimbed eval --json` prints. */
export interface Evaluation {
  /** The folder. */
  readonly tasks?: string
  readonly seed: number
  /** Samples drawn for each interval. */
  readonly resamples: number
  /** The original. */
  readonly against?: TableEvaluation
  readonly tables: readonly TableEvaluation[]
  /** Files that are not tasks, and tasks that could not be run. */
  readonly skipped: readonly Skipped[]
  /** Notes on how files were read. */
  readonly notes: readonly string[]
}

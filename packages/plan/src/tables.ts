import type { Compressed, Compressor, Matrix, Table, TensorAdapter } from '@slimbed/core'

/** One of several tables of a model. */
export interface TableToPlan {
  readonly name: string
  readonly matrix: Matrix
  readonly weights?: Float32Array | undefined
  /** How much errors along its columns count, as in `Context`. */
  readonly metric?: Float64Array | undefined
}

/** What a model loses where some of its tables, by name, are others: in any unit, the same for all. */
export type LossOfTables = (tables: ReadonlyMap<string, Table>) => Promise<number>

/** What tables of a model are brought to: a size of all, or a loss of the model. */
export type GoalOfTables =
  | {
      readonly kind: 'size'
      /** Bytes at most, of the tables and of what is beside them. */
      readonly bytes: number
      /** Bytes of these that are not the tables', about where `sizeOf` is given. */
      readonly beside: number
      /** Bytes of all with some tables, where more of them than the tables' tensors changes with these: `beside` and the tensors unless given. */
      readonly sizeOf?: (tables: readonly PlannedTable[]) => Promise<number>
    }
  | {
      readonly kind: 'quality'
      /** What `lossOf` may be at most, of all tables. */
      readonly most: number
      readonly lossOf: LossOfTables
      /** A loss in words, for errors. */
      readonly tell: (loss: number) => string
    }

/** Options of `planTables`. */
export interface PlanTablesOptions {
  readonly goal: GoalOfTables
  /** By which pipelines are compared, and how bytes are split, a table at a time: it may be quicker and rougher than that of a goal. */
  readonly lossOf: LossOfTables
  readonly tensor: TensorAdapter
  readonly seed?: number
  readonly signal?: AbortSignal | undefined
  /** Called for each pipeline that is tried on a sample, or run on all rows. */
  readonly onTrial?: ((name: string, spec: string, whole: boolean) => void) | undefined
}

/** What became of one table. */
export interface PlannedTable {
  readonly name: string
  readonly compressor: Compressor
  readonly made: Compressed
  /** Pipelines that were run on all rows, by what the model lost. */
  readonly tried: readonly { readonly pipeline: string; readonly bytes: number; readonly loss: number }[]
}

import type { JsonObject, Matrix, Table } from '@slimbed/runtime'
import type { TensorAdapter } from '../tensor/adapter.js'
import type { Candidate, Wanted } from './candidate.js'
import type { OptionSchema, OptionsOf } from './option.js'
import type { ErasedPlugin, Plugin } from './plugin.js'

/** What a compressor is given besides the matrix. */
export interface Context {
  /** Where the matrix stands in the expression, such as `['2', 'left']`; empty at the root. */
  readonly path: readonly string[]
  /** Importance of each row (corpus frequency, calibration counts): `rows` non-negative numbers. */
  readonly weights?: Float32Array | undefined
  /**
   * How much errors along columns count: an error e of a row counts `eᵀ M e`, M symmetric, `dim × dim`, row-major. For a softmax it is
   * the covariance of what its rows are multiplied with. Undefined where columns count alike.
   */
  readonly metric?: Float64Array | undefined
  /** The only linear algebra a compressor uses. */
  readonly tensor: TensorAdapter
  /** Uniform in [0, 1), seeded by (seed, path): the same numbers on every run. */
  readonly random: () => number
  /** The seed of the whole run, an unsigned 32-bit integer. */
  readonly seed: number
  /** Reports work done, in any unit, out of `total`. */
  readonly progress: (done: number, total: number) => void
  readonly signal?: AbortSignal | undefined
  /** Records what a user may want to know of the run, such as a loss by iteration; it goes into reports and artefacts. */
  readonly report?: ((details: JsonObject) => void) | undefined
}

/** One dense matrix in, one table of as many rows out, and of the same `dim` unless it is `similarityOnly`. */
export interface Compressor<Out extends Table = Table> {
  readonly name: string
  /** Every option with its value. */
  readonly config: JsonObject
  /** What made it: `plugin(config)` does so again, whichever copy of this package defined it. */
  readonly plugin?: ErasedPlugin<Compressor> & Pick<CompressorPlugin, 'type' | 'candidates'>
  /** Whether the importance of rows makes a difference to it: a caller that has none may look for some. */
  readonly usesWeights?: boolean
  /** Set by `at`: whether the stage rewrites the leaf at this path; otherwise every leaf. */
  applies?(path: readonly string[]): boolean
  /** Set by `at`: what it wraps. */
  readonly at?: { readonly where: string | ((path: readonly string[]) => boolean); readonly stage: Compressor }
  /** Set by `pipeline`: the stages it runs in turn. */
  readonly stages?: readonly Compressor[]
  /**
   * Whether the table keeps only similarities between rows: its rows do not approximate those of the matrix, and may have another `dim`. Such a
   * compressor rewrites whole tables alone, never a leaf of an expression.
   */
  readonly similarityOnly?: boolean
  compress(matrix: Matrix, context: Context): Promise<Out>
}

/** What a compressor package exports: a factory that is also its own description. */
export interface CompressorPlugin<Schema extends OptionSchema = OptionSchema, Out extends Table = Table>
  extends Plugin<Schema, Compressor<Out>> {
  readonly type: 'compressor'
  /** Options worth trying, for a planner; without it, those at their defaults are. */
  candidates?(wanted: Wanted): readonly Candidate<Schema>[]
}

/** What `defineCompressor` needs to make a plugin. */
export interface CompressorDefinition<Schema extends OptionSchema, Out extends Table> {
  /** The stage's name in pipelines: lower-case letters, digits and dashes. */
  readonly name: string
  /** One line for `slimbed plugins`. */
  readonly summary: string
  readonly options: Schema
  /** Whether the importance of rows makes a difference; false unless given. */
  usesWeights?(options: OptionsOf<Schema>): boolean
  /** Checks that no single option can say, such as "exactly one of"; throws `bad-option`. */
  check?(options: OptionsOf<Schema>): void
  /** Whether, with these options, the table keeps only similarities between rows (`Compressor.similarityOnly`); false by default. */
  similarityOnly?(options: OptionsOf<Schema>): boolean
  /** Options worth trying for a matrix and a rate, for a planner that looks for a pipeline; none where the compressor is of no use there. */
  candidates?(wanted: Wanted): readonly Candidate<Schema>[]
  compress(matrix: Matrix, options: OptionsOf<Schema>, context: Context): Promise<Out>
}

import type { OptionSchema, OptionsOf } from './option.js'

/** What a compressor is told that is asked for options worth trying. */
export interface Wanted {
  /** The shape of the matrix. */
  readonly rows: number
  readonly dim: number
  /** Bits a value that the table should take, all included, above 0. */
  readonly bits: number
  /**
   * Whether a later stage compresses what is left as plain numbers. `bits` then counts these as float32, and a compressor that
   * leaves none has no candidates.
   */
  readonly followed: boolean
  /** Whether the errors of rows count by their weights in what is to be least. */
  readonly weighted: boolean
  /** Whether what counts is that the nearest rows of each row stay its nearest. */
  readonly near?: boolean
  /** Whether the table goes into a file of another program, which has no place for entropy coding: values then take fixed bits. */
  readonly fixed?: boolean
  /** Variances along the principal axes of the rows less their mean, falling, `dim` values or as many as there are rows: of a sample. */
  readonly variances: Float64Array
}

/** Options of a compressor that are worth trying. */
export interface Candidate<Schema extends OptionSchema = OptionSchema> {
  readonly options: Partial<OptionsOf<Schema>>
  /**
   * Whether all that is learned is fitted to the rows, so that less is lost of a few of them than of all at the same rate. A planner
   * then tries few rows first, and goes no further where too much is lost of these.
   */
  readonly fitted?: boolean
  /** The name of a compressor that this one is a slower, better kind of: it is not tried where that one is given up. */
  readonly refines?: string
  /**
   * The option that sets how many bytes the table takes, where there is one, and its value for so many bits a value; it need be near
   * only. A planner moves along it until the size is right.
   */
  readonly rate?: { readonly option: keyof Schema & string; at(bits: number): number }
}

import type { Pass } from '../types.js'

/** Called with what was made of the rows from `start` on. */
export type Emit<Made> = (start: number, made: Made) => void | Promise<void>

/**
 * One pass over the rows of a matrix, in parts that can be done anywhere: a part depends on its rows and on what earlier passes
 * resolved to, and on nothing else.
 */
export interface SpreadPass<Made> extends Pass {
  /** The operation, such as `gram`. */
  readonly name: string
  readonly rows: number
  /** Rows of a part. */
  readonly step: number
  /** What was computed before and is used by the parts: by it, machines tell whether they compute the same. */
  readonly given: readonly ArrayBufferView[]
  /**
   * Does rows `start .. start + count`, where `start` is a multiple of `step`: hands on what it makes of their blocks, in order, and
   * resolves to sums over them, of each `step` rows by itself and then merged.
   */
  part(start: number, count: number, emit: Emit<Made>, pass: Pass): Promise<Float64Array>
  /** Adds the sums of later rows to those of earlier ones. */
  merge(sums: Float64Array, later: Float64Array): void
  /** Called with what all parts made, in order; absent where they make nothing but sums. */
  readonly visit?: Emit<Made> | undefined
  /** Whether what is visited is used no longer than until `visit` has resolved: its memory may then be used again. */
  readonly brief?: boolean
  /** Whether other machines do the parts even where there is one alone; else passes of one part are done by the caller. */
  readonly whole?: boolean
  /** Called before each visit; if it returns true, the pass ends there. */
  ended?(): boolean
}

/** Who does the parts of passes. */
export interface Spread {
  /** Whether the caller does all of them: other machines have then done none that could be needed here. */
  readonly alone: boolean
  /** Does a pass. Resolves to its sums, once everything was visited; rejects as the parts and `visit` do. */
  over<Made>(pass: SpreadPass<Made>): Promise<Float64Array>
}

/** Everything is done by the caller, in one part. */
export const alone: Spread = {
  alone: true,
  over: ({ rows, part, visit = () => {}, progress, signal }) => part(0, rows, visit, { progress, signal })
}

/** Adds numbers, each to its own. */
export function addAll(sums: Float64Array, later: Float64Array): void {
  for (let i = 0; i < sums.length; i++) sums[i] += later[i]
}

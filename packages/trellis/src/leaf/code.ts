import type { Tables } from './tables.js'

/** How the gain class of a row is told. */
export interface Gains {
  /** The gain of class 0; that of rows as they are on the whole is 0. */
  readonly lowest: number
  /** Classes of columns by which a gain raises theirs: quarters of an octave. */
  readonly step: number
  /** Classes, 1 where rows have none. */
  readonly count: number
  /** The weight of each column's square; the weighted squares of a row as rows are on the whole add up to 1. */
  readonly weights: Float64Array
}

/** All that rows are coded with: plain data, which a thread can be sent. */
export interface Code {
  readonly dim: number
  readonly states: number
  /** Rows that are coded together. */
  readonly block: number
  /** The unit of the levels. */
  readonly step: number
  /** What the rows were multiplied by: the step in the table is as much smaller. */
  readonly scale: number
  readonly gains: Gains
  /** The class of each column. */
  readonly classes: Uint8Array
  /** Twice the class of each column: its context with quantizer 0 in a row of gain 0. */
  readonly contexts: Uint16Array
  /** The quantizer of each state. */
  readonly quantizers: Uint8Array
  /** `2 · states`: the state after state s and a level of parity p at `2 · s + p`. */
  readonly next: Uint8Array
  readonly tables: Tables
  /** `contexts × 64`: λ times the bits of each token, with its sign and low bits, in squared steps. */
  readonly costs: Float32Array
}

/** Rows to choose levels for, and the costs of the levels: the complete input of a kernel. */
export interface LevelJob {
  /** `rows × dim`, row-major. */
  readonly x: Float32Array
  readonly rows: number
  readonly dim: number
  /** 1 / step, a float32. */
  readonly inverse: number
  /** What the gain of each row adds to its contexts. */
  readonly gains: Uint8Array
  /** Twice the class of each column: the context of quantizer 0 in a row of gain 0. */
  readonly contexts: Uint16Array
  /** `contexts × 16`: the values of the levels, in steps. */
  readonly levels: Float32Array
  /** How far the values of larger levels lie nearer 0, in steps, for each context. */
  readonly tails: Float32Array
  /** `contexts × 64`: λ times the bits of each token, its sign and low bits with it, in squared steps. */
  readonly costs: Float32Array
  /** The quantizer of each state. */
  readonly quantizers: Uint8Array
  /** Whether an even level is the input 1, for each state. */
  readonly flips: Uint8Array
}

/** Codes of every row in memory, which tell the rows that may be nearest. */
export interface FirstStage {
  /** What compares: WebAssembly with SIMD, or JavaScript. */
  readonly engine: 'simd' | 'plain'
  /** Bytes of memory that the codes take. */
  readonly byteLength: number
  /** The `count` rows of best codes, in any order, without those of `omitted`. */
  candidates(query: Float64Array, count: number, omitted: ReadonlySet<number>): number[]
}

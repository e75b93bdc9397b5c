/** The eigenvectors of a symmetric matrix, by falling eigenvalue. */
export interface Eigen {
  readonly values: Float64Array
  /** `count × dim`, row-major: row i is the unit eigenvector of `values[i]`. */
  readonly vectors: Float64Array
}

/** All eigenvalues of a symmetric matrix, and its leading eigenvectors once it is known how many are wanted. */
export interface Spectrum {
  /** `dim` values, falling. */
  readonly values: Float64Array
  /** The `count` leading eigenpairs, as `eigh` gives them. */
  leading(count: number): Promise<Eigen>
}

/** Options of the operations that read a whole matrix. */
export interface Pass {
  /** Called with the rows done so far. */
  readonly progress?: ((done: number, total: number) => void) | undefined
  readonly signal?: AbortSignal | undefined
  /** Whether what is visited is written where another run finds it, so that this run need not visit it again to go on after that. */
  readonly lasting?: boolean | undefined
}

/**
 * What a pass adds up of five sums a row, in float64: `Σa²`, `Σâ²`, `Σaâ`, `Σ(a − â)²` and the largest `|a − â|`, of the row a and what
 * stands for it. Rows are added up in segments of a fixed size, and these in order, so that segments may be done on several machines.
 */
export interface Tally {
  /** How many numbers are added up. */
  readonly size: number
  /** Where bands of rows end, if `add` does what `addBands` does: threads may then do it. */
  readonly edges?: readonly number[] | undefined
  /** Adds the sums of the rows from `start` on to the totals of a segment, which begin at 0. */
  add(totals: Float64Array, start: number, sums: Float64Array): void
  /** Adds the totals of a later segment, to 0 those of the first. */
  merge(totals: Float64Array, later: Float64Array): void
}

/** Options of `TensorAdapter.gram`. */
export interface GramOptions extends Pass {
  readonly weights?: Float32Array | undefined
  readonly groups?: { readonly ids: ArrayLike<number>; readonly count: number }
}

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
}

/**
 * Called with five sums a row, in float64: `Σa²`, `Σâ²`, `Σaâ`, `Σ(a − â)²` and the largest `|a − â|`, of the row a and what stands
 * for it.
 */
export type VisitSums = (start: number, sums: Float64Array) => void

/** Options of `TensorAdapter.gram`. */
export interface GramOptions extends Pass {
  readonly weights?: Float32Array | undefined
  readonly groups?: { readonly ids: ArrayLike<number>; readonly count: number }
}

import type { Dense } from '@slimbed/runtime'
import type { Matrix } from '../matrix/matrix.js'

export type { Dense }

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
 * The linear algebra of compressors: a few row-parallel operations, streamed over blocks of rows, on whatever engine is there.
 *
 * Results do not depend on the number of threads. Operations reject with `aborted` when `signal` says so.
 */
export interface TensorAdapter {
  /** The engine: `tensorflow`, `onnxruntime`, `wasm` or `cpu`. */
  readonly backend: string
  readonly threads: number

  /**
   * `Σᵢ wᵢ xᵢ xᵢᵀ` over the rows: `dim × dim`, symmetric, row-major, accumulated in float64. `weights` has `rows` values ≥ 0.
   * With `groups` (row i belongs to `ids[i]` < `count`), one such matrix per group, from one pass.
   */
  gram(matrix: Matrix, options?: GramOptions): Promise<Float64Array[]>

  /**
   * `matrix · basisᵀ`, `rows × basis.rows`, computed when it is read: the first time all of it, which is held in memory, where it
   * is small, else block by block, each time. Its reads reject as those of `matrix` do, and with `aborted`.
   */
  project(matrix: Matrix, basis: Dense, options?: ProjectOptions): Promise<Matrix>

  /**
   * Each row's squared error `‖x‖² − ‖Bx‖²` (not below 0) under the subspaces spanned by the orthonormal rows of each basis B:
   * `errors` is `rows × bases.length`, row-major; `nearest[i]` is the first basis with the smallest error.
   */
  residual(
    matrix: Matrix,
    bases: readonly Dense[],
    options?: Pass
  ): Promise<{ errors: Float32Array; nearest: Uint32Array }>

  /**
   * What binary codes are learned from, in one pass: `Σᵢ xᵢ sgn(xᵢ · factor)ᵀ` (`dim × factor.dim`, row-major) and `Σ |xᵢ · factor|`
   * over all elements, both accumulated in float64. `sgn(0)` is 1.
   */
  signProduct(matrix: Matrix, factor: Dense, options?: Pass): Promise<SignProduct>

  /**
   * Compares each row of a matrix with that of `left · right` (`rows × rank` by `rank × dim`), in order and without holding the
   * product: `visit` is given the sums of the rows from `start` on. Where `left` is a projection of `matrix` that is yet to be
   * computed, it is computed in the same pass; if it is one on orthonormal `right`, sums of blocks that lose 1 % of their squared
   * norm or more follow from norms, to about 1e-7 of that norm, and their largest error is NaN: it is not looked for.
   */
  compareProduct(matrix: Matrix, left: Matrix, right: Dense, visit: VisitSums, options?: ComparePass): Promise<void>

  /**
   * Quantizes rows to packed codes, as `encodeRows` does, and hands them on in order: `gridsOf` is asked for the grids of each
   * block, in order too, before it is encoded. Rejects as `gridsOf` and `visit` do.
   */
  encode(matrix: Matrix, encoding: Encoding, visit: VisitCodes, options?: Pass): Promise<void>

  /** `a · b`. */
  matmul(a: Dense, b: Dense): Promise<Dense>

  /**
   * The `count` leading (largest) eigenpairs of a symmetric `dim × dim` matrix (all of them by default). Signs are fixed: the
   * entry of largest magnitude of each vector is positive.
   */
  eigh(symmetric: Float64Array, dim: number, count?: number): Promise<Eigen>

  /** All eigenvalues of a symmetric `dim × dim` matrix, for a fraction of what their vectors cost, and vectors on demand. */
  spectrum(symmetric: Float64Array, dim: number): Promise<Spectrum>

  /** Thin singular value decomposition of a small matrix: `a = u · diag(values) · v`, `values` falling, `v` with orthonormal rows. */
  svd(a: Dense): Promise<{ u: Dense; values: Float64Array; v: Dense }>

  /**
   * The nearest matrix with orthonormal rows (columns, if there are fewer): `u · v` of the singular value decomposition of a small
   * matrix. To about 1e-6; where `a` has no full rank, one of the nearest.
   */
  polar(a: Dense): Promise<Dense>

  /** Thin QR decomposition of a small `rows ≥ dim` matrix: `a = q · r`. */
  qr(a: Dense): Promise<{ q: Dense; r: Dense }>

  /** Frees the engine's memory and threads. */
  close(): Promise<void>
}

/**
 * Called with five sums a row, in float64: `Σa²`, `Σâ²`, `Σaâ`, `Σ(a − â)²` and the largest `|a − â|`, of the row a and what stands
 * for it.
 */
export type VisitSums = (start: number, sums: Float64Array) => void

/** Options of `TensorAdapter.compareProduct`. */
export interface ComparePass extends Pass {
  /**
   * Given the rows of `left` that the pass computes, in order, instead of their being held in memory; they are others' once it
   * resolves.
   */
  readonly keep?: ((rows: Float32Array) => Promise<void>) | undefined
}

/** The grids of some rows. */
export interface RowGrids {
  /** `⌈dim / groupSize⌉` for each of the rows, or for all. */
  readonly scale: Float32Array
  /** One for all, or as many as `scale`. */
  readonly zero: number | Float32Array
}

/** What `TensorAdapter.encode` makes of rows. */
export interface Encoding {
  /** Bits of a code, 1 to 16. */
  readonly bits: number
  /** Consecutive columns that share a grid, 1 to `dim`. */
  readonly groupSize: number
  /** The grids of `count` rows from `start` on, given row-major. */
  gridsOf(block: Float32Array, start: number, count: number): RowGrids
  /** Whether each row is compared with what it becomes. */
  readonly compare: boolean
}

/**
 * Called with the packed codes of some rows, which are others' once it resolves, their grids, and the sums of `VisitSums` where rows
 * are compared.
 */
export type VisitCodes = (
  start: number,
  codes: Uint8Array,
  grids: RowGrids,
  sums: Float64Array | undefined
) => void | Promise<void>

/** What `TensorAdapter.signProduct` resolves to. */
export interface SignProduct {
  readonly cross: Float64Array
  readonly magnitude: number
}

/** Options of `TensorAdapter.project`. */
export interface ProjectOptions extends Pick<Pass, 'signal'> {
  /** Added to each row of the result: `basis.rows` values. */
  readonly offsets?: Float32Array | undefined
}

/** Options of `TensorAdapter.gram`. */
export interface GramOptions extends Pass {
  readonly weights?: Float32Array | undefined
  readonly groups?: { readonly ids: ArrayLike<number>; readonly count: number }
}

import type { Dense, Matrix } from '@slimbed/runtime'
import { eigh, spectrum } from './eigen/eigh.js'
import { qr, svd } from './eigen/factorize.js'
import { polar } from './eigen/polar.js'
import { type ComparePass, compareProduct } from './ops/compare-product.js'
import { gram } from './ops/gram.js'
import { type Mapping, mapRows, type RowJob, type VisitMade } from './ops/map-rows.js'
import { matmul } from './ops/matmul.js'
import { nearest, type VisitNearest } from './ops/nearest.js'
import { overRows, type RowsPass } from './ops/over-rows.js'
import { type ProjectOptions, project } from './ops/project.js'
import { quantize, type VisitCodes } from './ops/quantize.js'
import type { Quantizing } from './ops/quantizing.js'
import { residual } from './ops/residual.js'
import { type SignProduct, signProduct } from './ops/sign-product.js'
import type { Runners } from './threads/runner.js'
import type { Eigen, GramOptions, Pass, Spectrum, Tally } from './types.js'

/**
 * The linear algebra of compressors: a few operations that read a matrix in blocks of rows, on one of several engines.
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
   * `matrix · basisᵀ`, `rows × basis.rows`, computed when it is read. A small result (up to 256 MiB) is computed at the first read and held
   * in memory; rows of a larger one are computed at every read. Reads reject as those of `matrix` do, and with `aborted`.
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
  ): Promise<{ errors: Float64Array; nearest: Uint32Array }>

  /**
   * The nearest row of each of some codebooks (the first of several) to the columns of each row that it stands for, handed on in the
   * order of the rows: the first codebook for the first columns, as many as its rows are long, the next one for those that follow. One
   * may stand for all. Rejects with `bad-input` for codebooks of another number of columns.
   */
  nearest(matrix: Matrix, codebooks: readonly Dense[], visit: VisitNearest, options?: Pass): Promise<void>

  /**
   * Two sums that binary codes are learned from, in one pass: `Σᵢ xᵢ sgn(xᵢ · factor)ᵀ` (`dim × factor.dim`, row-major) and `Σ |xᵢ · factor|`
   * over all elements, both accumulated in float64. `sgn(0)` is 1.
   */
  signProduct(matrix: Matrix, factor: Dense, options?: Pass): Promise<SignProduct>

  /**
   * Compares each row of a matrix with that of `left · right` (`rows × rank` by `rank × dim`), in order and without holding the
   * product; resolves to the totals of `tally`. Where `left` is a projection of `matrix` that is yet to be
   * computed, it is computed in the same pass; if it is one on orthonormal `right`, sums of blocks that lose 1 % of their squared
   * norm or more follow from norms, to about 1e-7 of that norm, and their largest error is NaN: it is not looked for.
   */
  compareProduct(matrix: Matrix, left: Matrix, right: Dense, tally: Tally, options?: ComparePass): Promise<Float64Array>

  /**
   * Quantizes rows to packed codes, as `encodeRows` does, and hands them on in order: `gridsOf` is asked for the grids of each
   * block, in order too, before it is encoded. Resolves to the totals of `compare`, or none. Rejects as `gridsOf` and `visit` do.
   */
  quantize(matrix: Matrix, quantizing: Quantizing, visit: VisitCodes, options?: Pass): Promise<Float64Array>

  /**
   * Runs a job of a compressor's own for each block of rows, on threads where that pays, and hands on what it makes in the order of the
   * rows. Rejects as the job and `visit` do.
   */
  mapRows<Given extends object, Made extends object>(
    matrix: Matrix,
    job: RowJob<Given, Made>,
    mapping: Mapping<Given>,
    visit: VisitMade<Made>,
    options?: Pass
  ): Promise<void>

  /**
   * Work of the caller's own on all rows, on the calling thread and, in a cluster, on that of other machines, segment by segment.
   * Resolves to the totals of its tally, if there is one. Rejects as the work does.
   */
  overRows<Made>(matrix: Pick<Matrix, 'rows' | 'dim'>, work: RowsPass<Made>, options?: Pass): Promise<Float64Array>

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

/** The adapter whose work some runners do. */
export const createAdapter = (backend: string, runners: Runners): TensorAdapter => ({
  backend,
  threads: runners.threads,
  gram: (...args) => gram(runners, ...args),
  project: (...args) => project(runners, ...args),
  residual: (...args) => residual(runners, ...args),
  nearest: (...args) => nearest(runners, ...args),
  mapRows: (...args) => mapRows(runners, ...args),
  signProduct: (...args) => signProduct(runners, ...args),
  compareProduct: (...args) => compareProduct(runners, ...args),
  quantize: (...args) => quantize(runners, ...args),
  overRows: (...args) => overRows(runners, ...args),
  matmul: (...args) => matmul(runners, ...args),
  eigh,
  spectrum,
  svd,
  polar: (a) => polar(runners, a),
  qr,
  close: () => runners.close()
})

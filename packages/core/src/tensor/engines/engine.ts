/** What an engine does: float32 matrix products, row-major. The rest of the adapter is built on the first two. */
export interface Engine {
  /** `a · b` of `m × k` and `k × n`, in `out` if the engine can write there. */
  product(a: Float32Array, b: Float32Array, m: number, k: number, n: number, out?: Float32Array): Promise<Float32Array>
  /** `aᵀ · b` of `k × m` and `k × n`. */
  crossProduct(a: Float32Array, b: Float32Array, m: number, k: number, n: number): Promise<Float32Array>
  /**
   * The upper triangle of `aᵀ · diag(weights) · a` of a `rows × dim` matrix, if the engine is faster when it does this in one step:
   * panels of `columns` columns (fewer at the end), panel p being columns `p · columns …` times all columns from there on.
   */
  panels?(
    a: Float32Array,
    rows: number,
    dim: number,
    columns: number,
    weights: Float32Array | undefined
  ): Promise<readonly Float32Array[]>
  /**
   * `aᵀ · sgn(a · factor)` of `rows × dim` and `dim × width`, `sgn(0)` being 1, and for each row the sum of the magnitudes of
   * `a · factor`, if the engine is quicker at it in one step.
   */
  signs?(
    a: Float32Array,
    factor: Float32Array,
    rows: number,
    dim: number,
    width: number
  ): Promise<{ readonly cross: Float32Array; readonly magnitudes: Float32Array }>
  close(): Promise<void>
}

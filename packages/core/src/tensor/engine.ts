/** What an engine does: float32 matrix products, row-major. The rest of the adapter is built on these two. */
export interface Engine {
  /** `a · b` of `m × k` and `k × n`. */
  product(a: Float32Array, b: Float32Array, m: number, k: number, n: number): Promise<Float32Array>
  /** `aᵀ · b` of `k × m` and `k × n`. */
  crossProduct(a: Float32Array, b: Float32Array, m: number, k: number, n: number): Promise<Float32Array>
  close(): Promise<void>
}

/** Adds `Σ w x xᵀ` over some rows to the sums of all rows. */
export interface GramJob {
  readonly kernel: 'gram'
  readonly rows: number
  readonly dim: number
  /** `rows × dim`. */
  readonly input: Float32Array
  readonly weights: Float32Array | undefined
  /** The group of each row; all 0 when undefined. */
  readonly ids: Uint32Array | undefined
  /** One `dim × dim` matrix per group, of which only the upper triangle is kept up. */
  readonly sums: Float64Array
  /** For each group, the jobs that have added their part: they add in the order of `turn`, so that sums round alike. */
  readonly turns: Int32Array
  readonly turn: number
}

/** `input · factor`. */
export interface MultiplyJob {
  readonly kernel: 'multiply'
  readonly rows: number
  readonly dim: number
  /** Columns of the product. */
  readonly width: number
  /** `rows × dim`. */
  readonly input: Float32Array
  /** `dim × width`. */
  readonly factor: Float32Array
  /** `rows × width`. */
  readonly output: Float32Array
}

/** Each row's squared error under each of several subspaces. */
export interface ResidualJob {
  readonly kernel: 'residual'
  readonly rows: number
  readonly dim: number
  /** Rows of all bases. */
  readonly width: number
  /** `rows × dim`. */
  readonly input: Float32Array
  /** The bases side by side as columns: `dim × width`. */
  readonly factor: Float32Array
  /** Where each basis' columns end. */
  readonly ends: readonly number[]
  /** `rows × ends.length`. */
  readonly output: Float32Array
}

/** Adds `Σ x sgn(x · factor)ᵀ` and `Σ |x · factor|` over some rows to the sums of all rows. */
export interface SignsJob {
  readonly kernel: 'signs'
  readonly rows: number
  readonly dim: number
  /** Columns of the factor. */
  readonly width: number
  /** `rows × dim`. */
  readonly input: Float32Array
  /** `dim × width`. */
  readonly factor: Float32Array
  /** `dim × width`, then the sum of magnitudes. */
  readonly sums: Float64Array
  /** The jobs that have added their part, one number: they add in the order of `turn`, so that sums round alike. */
  readonly turns: Int32Array
  readonly turn: number
}

/** Work on some rows; it writes to the arrays it is given. */
export type Job = GramJob | MultiplyJob | ResidualJob | SignsJob

/** What runs jobs: this thread, or several. */
export interface Runner {
  /** Jobs worth keeping under way at a time. */
  readonly limit: number
  /** Zeroed memory that jobs can write to, and that costs nothing to hand to them. */
  share(bytes: number): ArrayBufferLike
  /** Jobs begin in the order of the calls. Rejects when the engine fails. */
  run(job: Job): Promise<void>
}

/** An engine with its threads. */
export interface Host {
  readonly threads: number
  /** What should run a pass of so many floating-point operations; the results are the same bytes either way. */
  runnerFor(operations: number): Runner
  close(): Promise<void>
}

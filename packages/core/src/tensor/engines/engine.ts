/** What an engine does: float32 matrix products, row-major. The rest of the adapter is built on the first two. */
export interface Engine {
  /** `a · b` of `m × k` and `k × n`, in `out` if the engine can write there. */
  product(a: Float32Array, b: Float32Array, m: number, k: number, n: number, out?: Float32Array): Promise<Float32Array>
  /** `aᵀ · b` of `k × m` and `k × n`. */
  crossProduct(a: Float32Array, b: Float32Array, m: number, k: number, n: number): Promise<Float32Array>
  /**
   * The upper triangle of `aᵀ · diag(weights) · a` of a `rows × dim` matrix, if the engine is quicker at it in one step: panels of
   * `columns` columns (fewer at the end), panel p being columns `p · columns …` times all columns from there on.
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

/** `input · factor`, and `offsets` added to each row. */
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
  /** `width` values; none when undefined. */
  readonly offsets?: Float32Array | undefined
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

/** Compares each row with the row of a product that stands for it. */
export interface CompareJob {
  readonly kernel: 'compare'
  readonly rows: number
  readonly dim: number
  /** Columns of `left`. */
  readonly width: number
  /** `rows × dim`. */
  readonly input: Float32Array
  /** `rows × width`. */
  readonly left: Float32Array
  /** `dim × width`, where `left`, which is lent, is to be filled with `input · basis` first. */
  readonly basis?: Float32Array | undefined
  /** Whether the columns of `basis` are orthonormal and the rows of `factor`: most of the sums then follow from norms. */
  readonly orthonormal?: boolean | undefined
  /** `width × dim`. */
  readonly factor: Float32Array
  /** `rows × 5`, lent: gets the sums of `compareRows`. */
  readonly sums: Float64Array
}

/** Quantizes rows, and compares each with what it becomes. */
export interface EncodeJob {
  readonly kernel: 'encode'
  readonly rows: number
  readonly dim: number
  /** Bits of a code, 1 to 8. */
  readonly bits: number
  readonly groupSize: number
  /** `rows × dim`. */
  readonly input: Float32Array
  /** `⌈dim / groupSize⌉` for each row, or for all. */
  readonly scale: Float32Array
  /** One for all, or as many as `scale`. */
  readonly zero: number | Float32Array
  /** `rows × ⌈dim · bits / 8⌉`, lent: gets the packed codes. */
  readonly codes: Uint8Array
  /** `rows × 5`, lent: gets the sums of `compareRows`; none when undefined. */
  readonly sums?: Float64Array | undefined
}

/**
 * Work on some rows; it writes to the arrays it is given. `input`, `output` and lent arrays are handed over to the thread that does
 * it unless they are shared, the others are shared or copied.
 */
export type Job = GramJob | MultiplyJob | ResidualJob | SignsJob | CompareJob | EncodeJob

/** What a job made in lent memory: it is the caller's until the caller releases it. */
export interface Made {
  readonly left?: Float32Array
  readonly codes?: Uint8Array
  readonly sums?: Float64Array
}

/** What runs jobs: this thread, or several. */
export interface Runner {
  /** Jobs worth keeping under way at a time. */
  readonly limit: number
  /** Zeroed memory that jobs can write to, and that costs nothing to hand to them. */
  share(bytes: number): ArrayBufferLike
  /**
   * Memory for so many values, of any content: as the `input` or `left` of one job it costs nothing to hand over, and is the
   * runner's again, and no one else's, from then on.
   */
  lend(length: number): Float32Array
  /** Takes back what was lent and is not needed. */
  release(lent: ArrayBufferView): void
  /** Jobs begin in the order of the calls. Rejects when the engine fails. */
  run(job: Job): Promise<Made>
}

/** An engine with its threads. */
export interface Host {
  readonly threads: number
  /** What should run a pass of so many floating-point operations; the results are the same bytes either way. */
  runnerFor(operations: number): Runner
  /** The same for a pass of the compiled loops over so many values, which need no engine. */
  loopsFor(values: number): Runner
  close(): Promise<void>
}

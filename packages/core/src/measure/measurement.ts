/** How far a table is from the matrix that it stands for, over some rows. */
export interface Distortion {
  readonly rows: number
  /** `‖A − Â‖F / ‖A‖F`; 0 where both are 0. */
  readonly relativeError: number
  /** Mean over rows of the cosine between the row and what became of it; 1 where both are zero, 0 where one is. */
  readonly meanCosine: number
}

/** What a table costs and what it lost. */
export interface Measurement extends Distortion {
  readonly dim: number
  /** Bytes of the table's tensors. */
  readonly bytes: number
  /** `rows · dim · 4 / bytes`. */
  readonly ratio: number
  /** `8 · bytes / (rows · dim)`. */
  readonly bitsPerWeight: number
  /** `√(Σ wᵢ‖aᵢ − âᵢ‖² / Σ wᵢ‖aᵢ‖²)`, with weights. */
  readonly weightedError?: number
  /** The largest error of one element, where each was looked at: of projections, norms tell the rest. */
  readonly maxError?: number
  /** The same by falling weight (row order without weights): the first 100 rows, those to 1,000, to 10,000 … */
  readonly bands: readonly Distortion[]
}

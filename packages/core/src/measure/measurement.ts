/** How far a table is from the matrix that it stands for, over some rows. */
export interface Distortion {
  readonly rows: number
  /** `‖A − Â‖F / ‖A‖F`; 0 where both are 0. */
  readonly relativeError: number
  /** Mean over rows of the cosine between the original and the decoded row; 1 if both are zero, 0 if one is. */
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
  /** `‖A‖F²`, and with weights `Σ wᵢ‖aᵢ‖²`: by them, errors of parts of a table come to those of the whole. */
  readonly squaredNorm?: number
  readonly weightedNorm?: number
  /** The largest error of one element. Absent if not every element was compared: errors of projections follow from norms. */
  readonly maxError?: number
  /**
   * The errors by frequency band: rows are ranked by falling weight (by row number without weights), and the bands end at rank
   * 100, 1,000, 10,000 …
   */
  readonly bands: readonly Distortion[]
}

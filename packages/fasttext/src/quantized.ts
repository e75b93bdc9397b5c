/** Codebooks of 256 rows for parts of the columns (Jégou, Douze and Schmid 2011). */
export interface Codebooks {
  readonly dim: number
  /** Columns of each part; the last one may have fewer. */
  readonly width: number
  readonly parts: number
  /** `256 × width` for each part, row-major, one after another; of the last part as wide as it is. `256 · dim` in all. */
  readonly centroids: Float32Array
}

/** A matrix of product codes, as fastText stores it. */
export interface QuantizedMatrix {
  readonly kind: 'quantized'
  readonly rows: number
  readonly dim: number
  readonly codebooks: Codebooks
  /** `rows × parts`, row-major: numbers of rows of the codebooks. */
  readonly codes: Uint8Array
  /** The factor of each row, `levels[codes[row]]`; without it rows are not scaled. */
  readonly norms?: { readonly codes: Uint8Array; readonly levels: Float32Array } | undefined
}

/** How many rows a codebook has. */
export const clusters = 256

/** How many parts the columns have. */
export const partsOf = (dim: number, width: number): number => Math.ceil(dim / width)

/** The factor of a row. */
export const normOf = ({ norms }: QuantizedMatrix, row: number): number => (norms ? norms.levels[norms.codes[row]] : 1)

/** Adds row `row` to `out[0 .. dim)`, in float32 as fastText does. */
export function addQuantizedRow(matrix: QuantizedMatrix, row: number, out: Float32Array): void {
  const { dim, codes, codebooks } = matrix
  const { width, parts, centroids } = codebooks
  const norm = normOf(matrix, row)
  for (let part = 0, at = row * parts; part < parts; part++, at++) {
    const first = part * width
    const own = Math.min(width, dim - first)
    let from = first * clusters + codes[at] * own
    for (let j = first; j < first + own; j++) out[j] += Math.fround(norm * centroids[from++])
  }
}

/** Writes rows `start .. start + count` to `out`. */
export function readQuantizedRows(matrix: QuantizedMatrix, start: number, count: number, out: Float32Array): void {
  const { dim } = matrix
  out.fill(0, 0, count * dim)
  for (let i = 0; i < count; i++) addQuantizedRow(matrix, start + i, out.subarray(i * dim, (i + 1) * dim))
}

/** A `rows × dim` matrix that is trained, row-major, and the gradient of the rows that a batch has touched. */
export interface Parameter {
  readonly name: string
  readonly rows: number
  readonly dim: number
  /** `rows × dim`. Optimizers write to it. */
  readonly data: Float32Array
  /** What the forward pass reads: `data` itself, or a quantized stand-in for it. */
  value: Float32Array
  /** Whether it is left unchanged: it gets no gradients. */
  frozen: boolean
  /** The rows with a gradient, `touched[0 .. count)`, in the order in which they were touched. */
  readonly touched: Uint32Array
  count: number
  /** Row k is the gradient of row `touched[k]`. */
  gradient: Float32Array
  /** Where row `row` has its gradient, made of zeros at the first call since `clear`; in elements of `gradient`. */
  slot(row: number): number
  /** Forgets all gradients. */
  clear(): void
}

/** A parameter over `data`, which it keeps; gradients take memory for the rows that a batch touches, not for all. */
export function parameter(name: string, rows: number, dim: number, data: Float32Array): Parameter {
  const slots = new Int32Array(rows).fill(-1)
  const made: Parameter = {
    name,
    rows,
    dim,
    data,
    value: data,
    frozen: false,
    touched: new Uint32Array(rows),
    count: 0,
    gradient: new Float32Array(Math.min(rows, 64) * dim),
    slot(row) {
      const known = slots[row]
      if (known >= 0) return known * dim
      const slot = made.count++
      slots[row] = slot
      made.touched[slot] = row
      if ((slot + 1) * dim > made.gradient.length) {
        const larger = new Float32Array(Math.min(rows, 2 * (slot + 1)) * dim)
        larger.set(made.gradient)
        made.gradient = larger
      }
      return slot * dim
    },
    clear() {
      for (let i = 0; i < made.count; i++) slots[made.touched[i]] = -1
      made.gradient.fill(0, 0, made.count * dim)
      made.count = 0
    }
  }
  return made
}

/** Adds a gradient of the whole matrix, `rows × dim`. */
export function addGradient(to: Parameter, gradient: Float32Array): void {
  const { rows, dim } = to
  for (let row = 0; row < rows; row++) {
    const at = to.slot(row)
    const { gradient: sums } = to
    for (let j = 0; j < dim; j++) sums[at + j] += gradient[row * dim + j]
  }
}

/** The sum of each column of rows of `dim` values. */
export function columnSums(rows: Float32Array, dim: number): Float32Array {
  const sums = new Float32Array(dim)
  for (let at = 0; at < rows.length; at += dim) for (let j = 0; j < dim; j++) sums[j] += rows[at + j]
  return sums
}

/** `log Σ exp(x)` of several rows of numbers, which may be added piece by piece: kept as `largest + log(rest)`, so that none overflows. */
export class LogSums {
  private readonly largest: Float64Array
  /** `Σ exp(x − largest)`. */
  private readonly rest: Float64Array

  constructor(rows: number) {
    this.largest = new Float64Array(rows).fill(-Infinity)
    this.rest = new Float64Array(rows)
  }

  /** Adds one number to a row. */
  addOne(row: number, value: number): void {
    const before = this.largest[row]
    if (value > before) {
      this.rest[row] = this.rest[row] * Math.exp(before - value) + 1
      this.largest[row] = value
    } else this.rest[row] += Math.exp(value - before)
  }

  /** Adds `values[from .. from + count)` to a row; `largest` is the largest of them, to rounding. */
  add(row: number, values: Float32Array, from: number, count: number, largest: number): void {
    const before = this.largest[row]
    const top = Math.max(largest, before)
    let sum = 0
    for (let i = from; i < from + count; i++) sum += Math.exp(values[i] - top)
    this.rest[row] = this.rest[row] * Math.exp(before - top) + sum
    this.largest[row] = top
  }

  /** The logarithm for a row; NaN where one of its numbers is. */
  log(row: number): number {
    return this.largest[row] + Math.log(this.rest[row])
  }

  /** The share of a number in its row's sum: its softmax. */
  share(row: number, value: number): number {
    return Math.exp(value - this.largest[row]) / this.rest[row]
  }
}

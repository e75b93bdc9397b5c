/** Magnitudes up to which neither exponentials nor their sums overflow. */
const safe = 600

/** Logarithms of sums over the rows, one for each column: `log Σᵢ exp(xᵢ)` and `log Σᵢ exp(−xᵢ)`. */
export interface LogSums {
  readonly plus: Float64Array
  readonly minus: Float64Array
}

/** The sums of `rows × dim` values, row-major. */
export function logSums(data: Float32Array, dim: number): LogSums {
  const [plus, minus] = [new Float64Array(dim), new Float64Array(dim)]
  const column = new Float64Array(data.length / dim)
  for (let j = 0; j < dim; j++) {
    let [least, most] = [Infinity, -Infinity]
    for (let i = 0, at = j; at < data.length; i++, at += dim) {
      const value = data[at]
      column[i] = value
      if (value < least) least = value
      if (value > most) most = value
    }
    // One exponential for both, unless they would overflow.
    const shift = Math.max(-safe, Math.min(safe, (least + most) / 2))
    const near = most - shift <= safe && shift - least <= safe
    let [up, down] = [0, 0]
    for (let i = 0; i < column.length; i++) {
      const value = column[i]
      const power = Math.exp(near ? value - shift : value - most)
      up += power
      down += near ? 1 / power : Math.exp(least - value)
    }
    plus[j] = Math.log(up) + (near ? shift : most)
    minus[j] = Math.log(down) - (near ? shift : least)
  }
  return { plus, minus }
}

/**
 * The isotropy `min Z(c) / max Z(c)`, `Z(c) = Σᵢ exp(c · xᵢ)`, over unit vectors c and their opposites: 1 when rows lie alike in
 * all of these directions, near 0 when they do not (Mu and Viswanath 2018, Eq. 2, with their directions).
 *
 * The sums are those of the rows' inner products with the unit vectors; `offsets` are added to each column. Columns `first` and later
 * count.
 */
export function isotropy({ plus, minus }: LogSums, first = 0, offsets?: ArrayLike<number>): number {
  let [least, most] = [Infinity, -Infinity]
  for (let j = first; j < plus.length; j++) {
    const offset = offsets ? offsets[j] : 0
    for (const value of [plus[j] + offset, minus[j] - offset]) {
      least = Math.min(least, value)
      most = Math.max(most, value)
    }
  }
  return most === -Infinity ? 1 : Math.exp(least - most)
}

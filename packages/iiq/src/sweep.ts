/** Codes ±1 of some rows, and what their basis D makes of them: all `rows × bits`, row-major. */
export interface Coded {
  readonly bits: number
  readonly codes: Float32Array
  /** Inner products of the rows with the rows of D. */
  readonly products: Float32Array
  /** Inner products with D of what the codes leave of the rows: `products − codes · gram`. */
  readonly rest: Float32Array
}

/**
 * Goes once over the codes of each row, and flips those that bring `codes · D` nearer to the row while all others stay: the error
 * falls with every flip. `gram` is `D Dᵀ`, `bits × bits`. (Iterated conditional modes, Besag 1986.)
 */
export function sweep({ bits, codes, rest }: Coded, gram: Float32Array): void {
  for (let row = 0; row < codes.length; row += bits) {
    for (let j = 0; j < bits; j++) {
      const code = codes[row + j]
      const wanted = rest[row + j] + code * gram[j * bits + j]
      // A code that does nothing stays.
      if (wanted * code >= 0) continue
      codes[row + j] = -code
      for (let at = row, g = j * bits; g < (j + 1) * bits; at++, g++) rest[at] += 2 * code * gram[g]
    }
  }
}

/** For each row, its inner product with `codes · D`, and the squared length of that. */
export function weigh({ bits, codes, products, rest }: Coded, magnitudes: Float32Array, norms: Float32Array): void {
  for (let row = 0, at = 0; at < codes.length; row++) {
    let [product, norm] = [0, 0]
    for (const end = at + bits; at < end; at++) {
      product += codes[at] * products[at]
      norm += codes[at] * (products[at] - rest[at])
    }
    magnitudes[row] = product
    norms[row] = norm
  }
}

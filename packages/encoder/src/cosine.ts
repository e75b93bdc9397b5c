/** The cosine of two vectors of one length, in float64; 0 where one is zeros. */
export function cosine(a: Float32Array, b: Float32Array): number {
  let [product, left, right] = [0, 0, 0]
  for (let j = 0; j < a.length; j++) {
    product += a[j] * b[j]
    left += a[j] * a[j]
    right += b[j] * b[j]
  }
  const lengths = Math.sqrt(left) * Math.sqrt(right)
  return lengths > 0 ? Math.min(1, Math.max(-1, product / lengths)) : 0
}

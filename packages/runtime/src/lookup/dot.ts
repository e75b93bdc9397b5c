/** `Σⱼ a[i + j] · b[k + j]` over `count` elements, in float64. */
export function dot(a: Float32Array, i: number, b: Float32Array, k: number, count: number): number {
  // Four sums: additions need not wait for one another.
  let s0 = 0
  let s1 = 0
  let s2 = 0
  let s3 = 0
  const end = i + count
  const four = end - (count & 3)
  while (i < four) {
    s0 += a[i] * b[k]
    s1 += a[i + 1] * b[k + 1]
    s2 += a[i + 2] * b[k + 2]
    s3 += a[i + 3] * b[k + 3]
    i += 4
    k += 4
  }
  while (i < end) s0 += a[i++] * b[k++]
  return s0 + s1 + (s2 + s3)
}

/** `Σⱼ a[i + j] · b[j]` over `count` elements, in float64, whose range holds every product of float32. */
export function dot(a: Float32Array, i: number, b: Float64Array, count: number): number {
  // Four sums: additions need not wait for one another.
  let s0 = 0
  let s1 = 0
  let s2 = 0
  let s3 = 0
  let k = 0
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

/** `Σⱼ a[i + j]²` over `count` elements, in float64. */
export function squares(a: Float32Array, i: number, count: number): number {
  let even = 0
  let odd = 0
  const end = i + count
  for (; i + 1 < end; i += 2) {
    even += a[i] * a[i]
    odd += a[i + 1] * a[i + 1]
  }
  return even + odd + (i < end ? a[i] * a[i] : 0)
}

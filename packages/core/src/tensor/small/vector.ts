/** The inner product of `count` entries of `a` from `i` and of `b` from `j`; four sums, since each addition waits for the one before. */
export function dot(a: Float64Array, i: number, b: Float64Array, j: number, count: number): number {
  const whole = count - (count % 4)
  let [s0, s1, s2, s3] = [0, 0, 0, 0]
  for (let k = 0; k < whole; k += 4) {
    s0 += a[i + k] * b[j + k]
    s1 += a[i + k + 1] * b[j + k + 1]
    s2 += a[i + k + 2] * b[j + k + 2]
    s3 += a[i + k + 3] * b[j + k + 3]
  }
  for (let k = whole; k < count; k++) s0 += a[i + k] * b[j + k]
  return s0 + s1 + (s2 + s3)
}

/** Adds `factor` times `count` entries of `a` from `i` to those of `b` from `j`. */
export function addScaled(factor: number, a: Float64Array, i: number, b: Float64Array, j: number, count: number): void {
  for (let k = 0; k < count; k++) b[j + k] = b[j + k] + factor * a[i + k]
}

/** Scales rows of `dim` values to length 1, in `out` if given, else in place; rows of zeros stay as they are. */
export function normalizeRows<Values extends Float32Array | Float64Array>(
  data: Values,
  dim: number,
  out: Values = data
): Values {
  for (let at = 0; at < data.length; at += dim) {
    let sum = 0
    for (let j = at; j < at + dim; j++) sum += data[j] * data[j]
    const factor = sum > 0 ? 1 / Math.sqrt(sum) : 0
    for (let j = at; j < at + dim; j++) out[j] = data[j] * factor
  }
  return out
}

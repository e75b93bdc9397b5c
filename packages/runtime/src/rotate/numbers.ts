/** Number `i` of a sequence of 32 random bits each: MurmurHash3's finalizer (Appleby 2011) of a counter. */
export function numberAt(seed: number, i: number): number {
  let h = (seed + Math.imul(i + 1, 0x9e3779b9)) | 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** The natural logarithm of a number above 0 and up to 1, of operations that are the same on every machine, to about 1e-15. */
function logarithm(x: number): number {
  let exponent = 0
  let m = x
  for (; m < Math.SQRT1_2; m *= 2) exponent--
  const z = (m - 1) / (m + 1)
  const square = z * z
  // 2 artanh z, whose argument is at most 0.172.
  let sum = 0
  for (let k = 21; k >= 1; k -= 2) sum = sum * square + 1 / k
  return 2 * z * sum + exponent * Math.LN2
}

/** Pair `i` of normally distributed numbers, to `out[0]` and `out[1]`, by the polar method (Marsaglia and Bray 1964). */
export function normalPair(seed: number, i: number, out: Float64Array): void {
  const own = numberAt(seed, i)
  for (let turn = 0; ; turn += 2) {
    const u = (numberAt(own, turn) + 0.5) / 2 ** 31 - 1
    const v = (numberAt(own, turn + 1) + 0.5) / 2 ** 31 - 1
    const square = u * u + v * v
    if (square >= 1) continue
    const factor = Math.sqrt((-2 * logarithm(square)) / square)
    out[0] = u * factor
    out[1] = v * factor
    return
  }
}

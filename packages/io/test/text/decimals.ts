const float = new Float32Array(1)
const floatBits = new Uint32Array(float.buffer)
const double = new Float64Array(1)
const doubleBits = new Uint32Array(double.buffer)

type Random = () => number
const below = (random: Random, limit: number) => Math.floor(random() * limit)
const digits = (random: Random, count: number) => Array.from({ length: count }, () => below(random, 10)).join('')
const sign = (random: Random) => (random() < 0.5 ? '-' : '')

function anyFloat(random: Random): number {
  do floatBits[0] = random() * 2 ** 32
  while (!Number.isFinite(float[0]))
  return float[0]
}

function anyDouble(random: Random): number {
  // Exponents that float32 has, and some beyond.
  doubleBits[0] = random() * 2 ** 32
  doubleBits[1] = (1023 - 160 + below(random, 300)) * 2 ** 20 + below(random, 2 ** 20)
  return double[0]
}

/** The double half way between a float32 and the next, which decimals near it are hardest to round. */
function midpoint(random: Random): number {
  const low = Math.abs(anyFloat(random))
  floatBits[0] = floatBits[0] & 0x7fffffff
  floatBits[0] += 1
  return Number.isFinite(float[0]) ? (low + float[0]) / 2 : low
}

/** Long decimals of a number: exact to as many digits as `toFixed` and `toExponential` give. */
const long = (value: number, random: Random) =>
  value >= 1e-30 && value < 1e20 && random() < 0.5
    ? value.toFixed(40 + below(random, 60))
    : value.toExponential(below(random, 60))

/** Makers of decimal strings, from plain to adversarial. */
export const decimals: readonly ((random: Random) => string)[] = [
  (random) => `${sign(random)}0.${digits(random, 1 + below(random, 9))}`,
  (random) => `${sign(random)}${below(random, 10)}.${digits(random, 1 + below(random, 8))}`,
  (random) => (random() * 2 - 1).toPrecision(1 + below(random, 21)),
  (random) => String(Math.fround(random() - 0.5)),
  (random) => String(anyFloat(random)),
  (random) => anyFloat(random).toPrecision(1 + below(random, 12)),
  (random) => String(anyDouble(random)),
  (random) => anyDouble(random).toExponential(1 + below(random, 20)),
  (random) => `${sign(random)}${digits(random, 1 + below(random, 30))}.${digits(random, below(random, 30))}`,
  (random) => `${digits(random, 1 + below(random, 25))}e${below(random, 120) - 80}`,
  (random) =>
    `${below(random, 10)}.${digits(random, below(random, 40))}E${random() < 0.5 ? '-' : '+'}${below(random, 60)}`,
  (random) => `0.${'0'.repeat(below(random, 50))}${digits(random, 1 + below(random, 25))}`,
  (random) => String(midpoint(random)),
  (random) => long(midpoint(random), random),
  (random) => `${midpoint(random).toExponential(18)}`.replace('e', `${digits(random, below(random, 6))}e`),
  (random) => `${midpoint(random).toPrecision(17 + below(random, 4))}`,
  (random) => `${Math.floor(2 ** 53 * (1 + random()))}e-${below(random, 25)}`
]

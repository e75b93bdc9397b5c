import { type Trellis, trellisMachine, trellisStates } from '@slimbed/runtime/trellis'

type Random = () => number
const below = (random: Random, count: number) => Math.floor(random() * count)

/** A table of `count` tokens by random frequencies, and its bytes; the last symbol has the rest of 4096. */
function randomTable(random: Random, count: number): { frequencies: number[]; bytes: number[] } {
  const frequencies = Array.from(
    { length: count },
    () => 1 + below(random, random() < 0.3 ? 4096 / (count + 1) - 1 : 60)
  )
  const bytes = frequencies.flatMap((f) => (f < 128 ? [f] : [(f % 128) + 128, f >> 7]))
  return { frequencies: [...frequencies, 4096 - frequencies.reduce((a, b) => a + b, 0)], bytes }
}

/** What a decoder does, in order: symbols of tables and raw bits. */
type Step = { readonly start: number; readonly frequency: number } | { readonly value: number; readonly bits: number }

const symbolStep = (frequencies: readonly number[], symbol: number): Step => ({
  start: frequencies.slice(0, symbol).reduce((a, b) => a + b, 0),
  frequency: frequencies[symbol]
})

/** Raw bits as they are decoded: 8 at a time, the low ones first. */
const bitSteps = (value: number, bits: number): Step[] =>
  Array.from({ length: Math.ceil(bits / 8) }, (_, i) => {
    const some = Math.min(8, bits - 8 * i)
    return { value: (value >> (8 * i)) % 2 ** some, bits: some }
  })

/** The bytes of a block, found by undoing a decoder's steps from the last to the first. */
function encode(steps: readonly Step[]): number[] {
  const bytes: number[] = []
  let x = 2 ** 16
  for (const step of [...steps].reverse()) {
    const most = 'bits' in step ? 2 ** (24 - step.bits) : step.frequency * 4096
    for (; x >= most; x = Math.floor(x / 256)) bytes.unshift(x % 256)
    if ('bits' in step) x = x * 2 ** step.bits + step.value
    else x = Math.floor(x / step.frequency) * 4096 + (x % step.frequency) + step.start
  }
  return [x % 256, (x >> 8) % 256, x >> 16, ...bytes]
}

/** The steps that decode a level of a context with `count` tokens. */
function levelSteps(frequencies: readonly number[], k: number): Step[] {
  const last = frequencies.length - 1
  const exponent = Math.floor(Math.log2(Math.max(k, 1)))
  const token = k < 16 ? k : 8 + 2 * exponent + (Math.floor(k / 2 ** (exponent - 1)) % 2)
  if (token >= last) return [symbolStep(frequencies, last), ...bitSteps(k - last, 20)]
  const extra = k < 16 ? 0 : exponent - 1
  return [symbolStep(frequencies, token), ...bitSteps(k % 2 ** extra, extra)]
}

/** Random levels by random tables, and the values that the format's formula gives them. */
export function trellisParts(random: Random, rows: number, dim: number): { parts: Trellis; values: Float64Array } {
  const states = trellisStates[below(random, trellisStates.length)]
  const { quantizers, next } = trellisMachine(states)
  const gains = 1 + below(random, 3)
  const gainStep = 1 + below(random, 3)
  const block = 1 + below(random, 5)
  const step = (0.1 + random()) * 2 ** (below(random, 20) - 10)
  const classes = Uint8Array.from({ length: dim }, () => below(random, 4))
  const contexts = 2 * (Math.max(...classes) + gainStep * (gains - 1) + 1)
  const ofGains = randomTable(random, gains - 1)
  const tables = Array.from({ length: contexts }, () => {
    const count = 1 + below(random, random() < 0.5 ? 4 : 48)
    const shifts = Array.from({ length: Math.min(count, 3) }, () => below(random, 129) - 64)
    return { ...randomTable(random, count), count, shifts }
  })
  const values = new Float64Array(rows * dim)
  const blocks: number[][] = []
  let steps: Step[] = []
  for (let row = 0; row < rows; row++) {
    const gain = below(random, gains)
    if (gains > 1) steps.push(symbolStep(ofGains.frequencies, gain))
    for (let j = 0, state = 0; j < dim; j++) {
      const quantizer = quantizers[state]
      const { frequencies, shifts } = tables[2 * (classes[j] + gainStep * gain) + quantizer]
      const k = random() < 0.4 ? 0 : below(random, 2 ** below(random, 18))
      const negative = random() < 0.5
      steps.push(...levelSteps(frequencies, k))
      if (k > 0) {
        steps.push({ value: negative ? 1 : 0, bits: 1 })
        const shift = shifts[Math.min(k, shifts.length) - 1] / 64
        values[row * dim + j] = Math.fround((negative ? -1 : 1) * (2 * k - quantizer - shift) * step)
      }
      state = next[2 * state + (k % 2)]
    }
    if (row % block === block - 1 || row === rows - 1) {
      blocks.push(encode(steps))
      steps = []
    }
  }
  const bytes = tables.flatMap(({ bytes, count, shifts }) => [count, ...bytes, ...shifts.map((shift) => shift & 255)])
  const kinds = [Uint8Array, Uint16Array, Uint32Array]
  const longest = Math.max(0, ...blocks.map((one) => one.length))
  const Kind = kinds[Math.max(longest > 255 ? 1 : 0, below(random, 3))]
  return {
    parts: {
      rows,
      states,
      block,
      step,
      gains,
      gainStep,
      classes,
      tables: Uint8Array.from([...ofGains.bytes, ...bytes]),
      lengths: Kind.from(blocks.map((one) => one.length)),
      stream: Uint8Array.from(blocks.flat())
    },
    values
  }
}

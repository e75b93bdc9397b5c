/** Numbers from 0 up to 1. */
export type Random = () => number

const below = (random: Random, limit: number) => Math.floor(random() * limit)
const oneOf = <T>(random: Random, all: readonly T[]): T => all[below(random, all.length)]

/** Bytes that steer a terminal, end lines, or are no UTF-8. */
const control = [
  '\0',
  '\x07',
  '\x1b[2J',
  '\x7f',
  '\r',
  '\r\n',
  '\n',
  '\t',
  ' ',
  '\u0085',
  '\u009b',
  '\u00a0',
  '\u202e',
  '\u2028',
  '\ufeff'
]
const controls = [
  ...control.map((text) => Buffer.from(text)),
  Buffer.of(0xff),
  Buffer.of(0xc3),
  Buffer.of(0xed, 0xa0, 0x80)
]

const huge = [
  '0',
  '-1',
  '1e999',
  '1e-400',
  '2147483648',
  '4294967295',
  '4294967296',
  '9007199254740993',
  '18446744073709551615',
  '9'.repeat(40),
  'NaN',
  '1.5'
]

/** Where a run of digits stands in the first bytes: of a header, or of the first lines. */
function digitsIn(random: Random, bytes: Uint8Array): [start: number, end: number] | undefined {
  const runs = [...Buffer.from(bytes.subarray(0, 2048)).toString('latin1').matchAll(/\d+/g)]
  if (runs.length === 0) return undefined
  const { index, 0: run } = oneOf(random, runs)
  return [index, index + run.length]
}

/** Words of a header that mean something, to be swapped for another. */
const tokens = [
  'F32',
  'F16',
  'BF16',
  'F64',
  'U8',
  'U16',
  'U32',
  'I64',
  '<f4',
  '>f4',
  '<f8',
  '<f2',
  '|O',
  'True',
  'False',
  'dense',
  'product',
  'quantized',
  'gather',
  'sum',
  'partition',
  'shape',
  'dtype',
  'slimbed',
  'checksum',
  '__metadata__',
  'null',
  '[]',
  '{}'
]

const replace = (bytes: Uint8Array, start: number, end: number, put: Uint8Array) =>
  Buffer.concat([bytes.subarray(0, start), put, bytes.subarray(end)])

/** Two places in order, not far from each other. */
function slice(random: Random, { length }: Uint8Array): [number, number] {
  const start = below(random, length + 1)
  return [start, Math.min(length, start + below(random, oneOf(random, [4, 16, 64, 512])))]
}

type Mutation = (random: Random, bytes: Uint8Array) => Uint8Array

const mutations: Readonly<Record<string, Mutation>> = {
  flip(random, bytes) {
    const out = Uint8Array.from(bytes)
    if (out.length > 0) out[below(random, out.length)] ^= 1 << below(random, 8)
    return out
  },
  set(random, bytes) {
    const out = Uint8Array.from(bytes)
    if (out.length > 0) out[below(random, out.length)] = below(random, 256)
    return out
  },
  truncate: (random, bytes) => bytes.subarray(0, below(random, bytes.length + 1)),
  append: (random, bytes) => replace(bytes, bytes.length, bytes.length, bytes.subarray(...slice(random, bytes))),
  remove: (random, bytes) => replace(bytes, ...slice(random, bytes), Buffer.of()),
  duplicate(random, bytes) {
    const [start, end] = slice(random, bytes)
    return replace(bytes, end, end, bytes.subarray(start, end))
  },
  shuffle(random, bytes) {
    const [a, b, c] = [0, 0, 0].map(() => below(random, bytes.length + 1)).sort((x, y) => x - y)
    return replace(bytes, a, c, Buffer.concat([bytes.subarray(b, c), bytes.subarray(a, b)]))
  },
  control(random, bytes) {
    const at = below(random, bytes.length + 1)
    return replace(bytes, at, at, oneOf(random, controls))
  },
  digit(random, bytes) {
    const found = digitsIn(random, bytes)
    if (!found) return bytes
    const at = found[0] + below(random, found[1] - found[0])
    return replace(bytes, at, at + 1, Buffer.from(`${below(random, 10)}`))
  },
  number(random, bytes) {
    const found = digitsIn(random, bytes)
    return found ? replace(bytes, ...found, Buffer.from(oneOf(random, huge))) : bytes
  },
  token(random, bytes) {
    const text = Buffer.from(bytes.subarray(0, 4096)).toString('latin1')
    const there = tokens.filter((token) => text.includes(token))
    if (there.length === 0) return bytes
    const token = oneOf(random, there)
    const at = text.indexOf(token)
    return replace(bytes, at, at + token.length, Buffer.from(oneOf(random, tokens)))
  }
}

const names = Object.keys(mutations)

/** Bytes damaged once to four times, and by what. */
export function mutate(random: Random, bytes: Uint8Array): { bytes: Uint8Array; how: string[] } {
  const how = Array.from({ length: oneOf(random, [1, 1, 2, 4]) }, () => oneOf(random, names))
  return { bytes: how.reduce((damaged, name) => mutations[name](random, damaged), bytes), how }
}

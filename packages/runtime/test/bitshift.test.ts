import { readFileSync } from 'node:fs'
import { bytesSource, dense, load, openSource, quantized, rows as rowsOf, type Table } from '@slimbed/runtime'
import { optionalKinds } from '@slimbed/runtime/optional-kinds'
import { type Bitshift, bitshift } from '@slimbed/runtime/trellis'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bitshiftParts } from './bitshift-sample.js'
import { fileOf } from './file-of.js'
import { readNpy } from './npy.js'
import { decode, generator } from './sample.js'

const levelsOf = (count: number, half: number) =>
  dense(
    count,
    half,
    Float32Array.from({ length: count * half }, (_, at) => Math.sin(at + 1))
  )

function made(seed: number, rows: number, dim: number) {
  const { parts, count, half, valuesOf } = bitshiftParts(generator(seed), rows, dim)
  const levels = levelsOf(count, half)
  return { parts, levels, values: valuesOf(Float64Array.from(levels.tensors.data.data)) }
}

const cases = fc.record({
  seed: fc.integer(),
  rows: fc.integer({ min: 1, max: 20 }),
  dim: fc.integer({ min: 1, max: 20 })
})

test('rows are decoded in any order', () => {
  const property = fc.property(cases, fc.array(fc.nat(19), { maxLength: 30 }), ({ seed, rows, dim }, order) => {
    const { parts, levels, values } = made(seed, rows, dim)
    const table = bitshift(parts, levels)
    const row = new Float32Array(dim)
    for (const wanted of order) {
      const i = wanted % rows
      table.readRow(i, row)
      expect(row).toEqual(Float32Array.from(values.subarray(i * dim, (i + 1) * dim)))
    }
  })
  fc.assert(property, { numRuns: 200 })
})

test('a row is read from its own bytes', async () => {
  const [rows, dim] = [4000, 37]
  const parts: Bitshift = {
    rows,
    window: 6,
    bits: new Uint8Array(dim).fill(3),
    scale: { dtype: 'F32', shape: [dim], data: new Float32Array(dim).fill(1) },
    gains: undefined,
    stream: Uint8Array.from({ length: (rows * dim * 3) / 8 }, (_, at) => (at * 7919) >> 4)
  }
  const file = fileOf(bitshift(parts, levelsOf(1, 32)))
  const whole = load(file, { kinds: optionalKinds }).table
  const source = bytesSource('file', file)
  const asked: number[] = []
  const counting = {
    ...source,
    read(offset: number, length: number) {
      asked.push(length)
      return source.read(offset, length)
    }
  }
  const { table } = await openSource(counting, { kinds: optionalKinds })
  await table.read([3])
  const before = asked.length
  for (const id of [2000, 3999, 1]) expect(await table.read([id])).toEqual(rowsOf(whole, [id]))
  // A row has 14 bytes; blocks of 1,024 have a checksum, and a row may lie in two.
  for (const length of asked.slice(before)) expect(length).toBeLessThanOrEqual(2048)
})

// Made by trellis(coding=fixed, bits=3, clusters=16, states=64); the rows beside the file were written by tooling/reader/slimbed_reader.py.
test('a file of fixed bits keeps its rows', () => {
  const golden = (name: string) => new URL(`golden/${name}`, import.meta.url)
  const { table } = load(readFileSync(golden('fixed-bits.safetensors')), { kinds: optionalKinds })
  const [found, expected] = [decode(table), readNpy(golden('fixed-bits.rows.npy'))]
  expect(found.length).toBe(600 * 24)
  expect(Math.max(...found.map((value, i) => Math.abs(value - expected[i])))).toBeLessThan(1e-5)
})

/** What a function returns, or undefined where it throws `bad-input`; anything else that is thrown fails the test. */
function outcome<T>(run: () => T): T | undefined {
  try {
    return run()
  } catch (error) {
    expect(error).toMatchObject({ code: 'bad-input' })
    return undefined
  }
}

test('20,000 flipped bits are refused or read, and never anything else', () => {
  const names = ['stream', 'bits', 'scale', 'gains'] as const
  let read = 0
  for (let seed = 0; seed < 40; seed++) {
    const random = generator(seed)
    const below = (count: number) => Math.floor(random() * count)
    const { parts, levels } = made(seed, 1 + below(8), 1 + below(8))
    for (let i = 0; i < 500; i++) {
      const name = names[below(4)]
      const part = parts[name]
      if (part === undefined) continue
      const data = part instanceof Uint8Array ? part.slice() : part.data.slice()
      new Uint8Array(data.buffer)[below(data.byteLength)] ^= 1 << below(8)
      const changed = part instanceof Uint8Array ? data : { ...part, data }
      const table = outcome(() => bitshift({ ...parts, [name]: changed } as Bitshift, levels))
      if (!table) continue
      read++
      expect(decode(table).length).toBe(table.rows * table.dim)
    }
  }
  expect(read).toBeGreaterThan(5000)
})

test('a stream of any other length is refused', () => {
  const { parts, levels } = made(3, 12, 9)
  for (let length = 0; length < parts.stream.length; length++) {
    expect(() => bitshift({ ...parts, stream: parts.stream.subarray(0, length) }, levels)).toThrow('a stream of')
  }
  expect(() => bitshift({ ...parts, stream: new Uint8Array(parts.stream.length + 1) }, levels)).toThrow('a stream of')
})

describe('parts that do not fit are refused', () => {
  const scale = { dtype: 'F32', shape: [3], data: Float32Array.of(1, 2, 3) } as const
  const gains = { dtype: 'F32', shape: [4], data: Float32Array.of(1, 2, 3, 4) } as const
  const parts: Bitshift = { rows: 4, window: 4, bits: Uint8Array.of(2, 0, 1), scale, gains, stream: new Uint8Array(3) }
  const levels = levelsOf(2, 8)
  test('those that do are not', () => {
    expect(bitshift(parts, levels)).toMatchObject({ rows: 4, dim: 3, held: 32 })
  })
  const wrong: readonly [string, object, Table, string][] = [
    ['a window of 0', { window: 0 }, levels, 'window must be 1 to 16 bits, not 0'],
    ['a window of 17', { window: 17 }, levels, 'not 17'],
    ['no window', { window: undefined }, levels, 'not undefined'],
    ['rows', { rows: 1e15 }, levels, 'expected 0 to'],
    ['many rows', { rows: 4e9 }, levels, 'a stream of 3 bytes for 4000000000 rows of 5 bits'],
    ['no columns', { bits: new Uint8Array() }, levels, 'columns, got 4 × 0'],
    ['more bits than the window', { bits: Uint8Array.of(2, 5, 1) }, levels, 'a column of 5 bits'],
    ['rows of no bits', { bits: new Uint8Array(3), gains: undefined }, levels, 'rows of no bits'],
    ['scales', { scale: { ...scale, data: scale.data.subarray(1) } }, levels, '2 scales for 3 columns'],
    ['three gains', { gains: { ...gains, data: gains.data.subarray(1) } }, levels, 'a power of two, got 3'],
    ['one gain', { gains: { ...gains, data: gains.data.subarray(3) } }, levels, 'a power of two, got 1'],
    ['a codebook too few', {}, levelsOf(1, 8), 'expected levels of 2 × 8, got 1 × 8'],
    ['codebooks of another length', {}, levelsOf(2, 16), 'expected levels of 2 × 8, got 2 × 16']
  ]
  test.each(wrong)('%s', (_, change, books, message) => {
    expect(() => bitshift({ ...parts, ...change } as Bitshift, books)).toThrow(message)
  })
  test('codebooks may be of any kind, and are replaced by others of their shape alone', () => {
    const codes = quantized({
      dim: 8,
      bits: 8,
      groupSize: 8,
      codes: new Uint8Array(16),
      scale: { dtype: 'F32', shape: [1, 1], data: Float32Array.of(1) },
      zero: 3
    })
    const table = bitshift(parts, levels).with({ levels: codes })
    const row = new Float32Array(3)
    table.readRow(0, row)
    expect(row).toEqual(Float32Array.of(-3, 0, -9))
    expect(() => table.with({ levels: levelsOf(3, 8) })).toThrow('must stay 2 × 8, got 3 × 8')
  })
})

import { readFileSync } from 'node:fs'
import { dense, load, pool, product, rows as readRows, type Table } from '@slimbed/runtime'
import {
  codebook,
  householder,
  offset,
  packIndex,
  type Trellis,
  trellis,
  trellisKinds,
  trellisMachine
} from '@slimbed/runtime/trellis'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readNpy } from './npy.js'
import { decode, generator } from './sample.js'
import { trellisParts } from './trellis-sample.js'

const cases = fc.record({
  seed: fc.integer(),
  rows: fc.integer({ min: 1, max: 20 }),
  dim: fc.integer({ min: 1, max: 20 })
})
const made = (seed: number, rows: number, dim: number) => trellisParts(generator(seed), rows, dim)

/** What a function returns, or the code of what it throws; anything but a `SlimbedError` fails the test. */
function outcome<T>(run: () => T): T | 'bad-input' | 'corrupt-file' {
  try {
    return run()
  } catch (error) {
    const { code } = error as { code?: string }
    if (code === 'bad-input' || code === 'corrupt-file') return code
    throw error
  }
}

test('rows are decoded in any order', () => {
  const property = fc.property(cases, fc.array(fc.nat(19), { maxLength: 30 }), ({ seed, rows, dim }, order) => {
    const { parts, values } = made(seed, rows, dim)
    const table = trellis(parts)
    const row = new Float32Array(dim)
    for (const wanted of order) {
      const i = wanted % rows
      table.readRow(i, row)
      expect(row).toEqual(Float32Array.from(values.subarray(i * dim, (i + 1) * dim)))
    }
  })
  fc.assert(property, { numRuns: 200 })
})

// Made by trellis(bits=3, clusters=16, states=16); the rows beside the file were written by tooling/reader/slimbed_reader.py.
test('a file of entropy-coded rows keeps them', () => {
  const golden = (name: string) => new URL(`golden/${name}`, import.meta.url)
  const { table } = load(readFileSync(golden('entropy-coded.safetensors')), { kinds: trellisKinds })
  const kinds = [table, table.children.source, ...Object.values(table.children.source.children)].map(({ kind }) => kind)
  expect(kinds).toEqual(['offset', 'product', 'sum', 'householder'])
  const [found, expected] = [decode(table), readNpy(golden('entropy-coded.rows.npy'))]
  expect(found.length).toBe(600 * 24)
  expect(Math.max(...found.map((value, i) => Math.abs(value - expected[i])))).toBeLessThan(1e-5)
})

test('a machine has each quantizer in half of its states, and no state that is not reached', () => {
  for (const states of [8, 16, 32, 64, 128, 256]) {
    const { quantizers, next } = trellisMachine(states)
    expect(quantizers.reduce((sum, q) => sum + q, 0)).toBe(states / 2)
    expect(new Set(next).size).toBe(states)
    for (let s = 0; s < states; s++) expect(next[2 * s] ^ next[2 * s + 1]).toBe(1)
  }
  expect(() => trellisMachine(12)).toThrow('expected 8 to 256 states, a power of two, not 12')
})

/** Decodes every row, last to first and first to last, whatever is thrown for some. */
function readAll(table: Table): void {
  const row = new Float32Array(table.dim)
  for (let i = table.rows - 1; i >= 0; i--) outcome(() => table.readRow(i, row))
  for (let i = 0; i < table.rows; i++) outcome(() => table.readRow(i, row))
}

test('a stream that is cut short anywhere is refused', () => {
  const { parts } = made(3, 12, 9)
  for (let length = 0; length < parts.stream.length; length++) {
    expect(() => trellis({ ...parts, stream: parts.stream.subarray(0, length) })).toThrow('but a stream of')
    // Lengths that fit what is left: the block itself tells.
    const cut = parts.stream.length - length
    const last = parts.lengths.length - 1
    if (parts.lengths[last] < cut) continue
    const lengths = parts.lengths.slice()
    lengths[last] -= cut
    const table = trellis({ ...parts, lengths, stream: parts.stream.subarray(0, length) })
    expect(() => table.readRow(parts.rows - 1, new Float32Array(9))).toThrow('are damaged')
  }
})

test('20,000 flipped bits are refused or read, and never anything else', () => {
  const names = ['stream', 'tables', 'classes', 'lengths'] as const
  for (let seed = 0; seed < 40; seed++) {
    const random = generator(seed)
    const below = (count: number) => Math.floor(random() * count)
    const { parts } = made(seed, 1 + below(8), 1 + below(8))
    for (let i = 0; i < 500; i++) {
      const name = names[below(4)]
      const bytes = parts[name].slice()
      bytes[below(bytes.length)] ^= 1 << below(8)
      const table = outcome(() => trellis({ ...parts, [name]: bytes }))
      if (typeof table !== 'string') readAll(table)
    }
  }
})

describe('parts that do not fit are refused', () => {
  const { parts } = made(5, 7, 6)
  const wrong: readonly [string, Partial<Record<keyof Trellis, unknown>>, string][] = [
    ['states', { states: 24 }, 'expected 8 to 256 states'],
    ['no states', { states: undefined }, 'expected 8 to 256 states'],
    ['a name of every object', { states: 'constructor' }, 'expected 8 to 256 states'],
    ['a block of no rows', { block: 0 }, 'block must be 1 to 1024 rows, not 0'],
    ['a block of too many rows', { block: 1025 }, 'not 1025'],
    ['gains', { gains: 65 }, 'gains must be 1 to 64, not 65'],
    ['a step of gains', { gainStep: 9 }, 'gainStep must be 1 to 8, not 9'],
    ['a step of 0', { step: 0 }, 'step must be above 0, not 0'],
    ['an infinite step', { step: Infinity }, 'not Infinity'],
    ['no step', { step: 'x' }, 'not x'],
    ['rows', { rows: 1e9 }, 'lengths, got'],
    ['no columns', { classes: new Uint8Array() }, 'columns, got 7 × 0'],
    ['tables that end early', { tables: parts.tables.subarray(0, -1) }, 'the tables end within one'],
    ['tables that go on', { tables: Uint8Array.from([...parts.tables, 1]) }, '1 bytes after the last table'],
    ['more classes than tables', { classes: parts.classes.map((id) => id + 9) }, 'the tables end within one'],
    ['frequencies above 4096', { gains: 1, tables: Uint8Array.of(2, 255, 31, 200, 31) }, 'do not add up to 4096'],
    ['a frequency of 0', { gains: 1, tables: Uint8Array.of(1, 0, 0) }, 'do not add up to 4096'],
    ['no tokens', { gains: 1, tables: Uint8Array.of(0) }, 'a table of 0 tokens'],
    ['too many tokens', { gains: 1, tables: Uint8Array.of(49) }, 'a table of 49 tokens']
  ]
  test.each(wrong)('%s', (_, change, message) => {
    expect(() => trellis({ ...parts, ...change } as Trellis)).toThrow(message)
  })
})

test('an index of another length, or beyond its source, is refused', () => {
  const { parts } = made(5, 7, 6)
  const source = trellis(parts)
  const packed = packIndex([6, 0, 3], 3)
  expect(decode(codebook(packed, source)).subarray(0, 6)).toEqual(decode(source).subarray(36, 42))
  expect(() => codebook(packIndex([7], 3), source)).toThrow('row 7 of its source, which has 7 rows')
  expect(() => codebook({ ...packed, rows: 6 }, source)).toThrow('an index of 2 bytes for 6 rows of 3 bits')
  expect(() => codebook({ ...packed, rows: 2 ** 32 }, source)).toThrow('an index of 2 bytes')
  expect(() => codebook({ ...packed, bits: 0 }, source)).toThrow('bits must be 1 to 24, not 0')
  expect(() => offset({ dtype: 'F32', shape: [5], data: new Float32Array(5) }, source)).toThrow(
    '5 numbers for rows of 6'
  )
})

test('a basis of another size than its vectors is refused', () => {
  const { parts } = made(5, 7, 6)
  const vectors = trellis(parts)
  expect(householder(5, 10, vectors).orthonormal).toBe(true)
  expect(() => householder(9, 8, vectors)).toThrow('expected 1 to dim rows')
  expect(() => householder(0, 8, vectors)).toThrow('expected 1 to dim rows')
  expect(() => householder(3, 30, vectors)).toThrow('87 elements do not fill 7 × 6')
  expect(() => householder(3000, 3000, vectors)).toThrow('at most 4194304 elements')
  expect(householder(5, 10, vectors).children.vectors.kind).toBe('trellis')
})

test('a rotated row has the same bits however it is read, before its basis is made and after', () => {
  fc.assert(
    fc.property(cases, ({ seed, rows, dim }) => {
      const random = generator(seed)
      const numbers = (count: number, columns: number) =>
        dense(
          count,
          columns,
          new Float32Array(count * columns).map(() => random() - 0.5)
        )
      const rank = 1 + Math.floor(random() * dim)
      const columns = 1 + Math.floor(random() * 9)
      const elements = rank * dim - (rank * (rank - 1)) / 2
      const basis = householder(rank, dim, numbers(Math.ceil(elements / columns), columns))
      const table = product(numbers(rows, rank), basis)
      const all = Array.from({ length: rows }, (_, row) => row)
      const before = readRows(table, all)
      decode(basis)
      expect(readRows(table, all)).toEqual(before)
      for (const row of all) expect(pool(table, [row])).toEqual(before.subarray(row * dim, (row + 1) * dim))
    })
  )
})

import { readFileSync } from 'node:fs'
import { isSlimbedError, load, type Table } from '@slimbed/runtime'
import { accelerate } from '@slimbed/runtime/simd'
import { type Trellis, trellis, trellisKinds } from '@slimbed/runtime/trellis'
import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { decode, generator } from '../sample.js'
import { trellisParts } from '../trellis-sample.js'

/** The bits of row `row`, or that it is refused; anything but a `SlimbedError` fails the test. */
function bitsOf(table: Table, row: number): Uint32Array | 'corrupt-file' {
  const out = new Float32Array(table.dim)
  try {
    table.readRow(row, out)
  } catch (error) {
    if (isSlimbedError(error, 'corrupt-file')) return 'corrupt-file'
    throw error
  }
  return new Uint32Array(out.buffer)
}

const made = (seed: number, rows: number, dim: number) => trellisParts(generator(seed), rows, dim).parts

/** A table that the kernel decodes, and the same in JavaScript. */
function both(parts: Trellis): { plain: Table; fast: Table } {
  const plain = trellis(parts)
  const fast = accelerate(plain)
  expect(fast).not.toBe(plain)
  return { plain, fast }
}

test('the kernel gives the bits that JavaScript gives, in any order of rows', () => {
  const cases = fc.record({
    seed: fc.integer(),
    rows: fc.integer({ min: 1, max: 20 }),
    dim: fc.integer({ min: 1, max: 40 }),
    order: fc.array(fc.nat(19), { maxLength: 30 })
  })
  const property = fc.property(cases, ({ seed, rows, dim, order }) => {
    const { plain, fast } = both(made(seed, rows, dim))
    for (const wanted of order) expect(bitsOf(fast, wanted % rows)).toEqual(bitsOf(plain, wanted % rows))
    expect(decode(fast)).toEqual(decode(plain))
  })
  fc.assert(property, { numRuns: 150 })
})

test('the leaves of a file have the same bits', () => {
  const golden = new URL('../golden/entropy-coded.safetensors', import.meta.url)
  const { table } = load(readFileSync(golden), { kinds: trellisKinds })
  const leftOf = (one: Table) => one.children.source.children.left
  expect(bitsOf(accelerate(leftOf(table)), 599)).toEqual(bitsOf(leftOf(table), 599))
  expect(decode(leftOf(accelerate(table)))).toEqual(decode(leftOf(table)))
})

/** Every row by both, last to first and first to last. */
function expectSame(parts: Trellis): void {
  const { plain, fast } = both(parts)
  const forward = Array.from({ length: parts.rows }, (_, row) => row)
  for (const row of [...forward.toReversed(), ...forward]) {
    const [found, expected] = [bitsOf(fast, row), bitsOf(plain, row)]
    // `toEqual` of each would take most of the time.
    if (`${found}` !== `${expected}`) expect(found).toEqual(expected)
  }
}

test('of a stream that is cut short anywhere the kernel refuses the rows that JavaScript refuses', () => {
  for (const seed of [3, 4, 5]) {
    const parts = made(seed, 12, 9)
    const last = parts.lengths.length - 1
    for (let cut = 0; cut <= parts.lengths[last]; cut++) {
      const lengths = parts.lengths.slice()
      lengths[last] -= cut
      expectSame({ ...parts, lengths, stream: parts.stream.subarray(0, parts.stream.length - cut) })
    }
  }
})

test('of a block that ends with its lengths shifted the kernel refuses the rows that JavaScript refuses', () => {
  const parts = made(7, 20, 9)
  for (let i = 1; i < parts.lengths.length; i++) {
    for (const by of [-2, -1, 1, 2]) {
      const lengths = Uint32Array.from(parts.lengths)
      lengths[i - 1] += by
      lengths[i] -= by
      expectSame({ ...parts, lengths })
    }
  }
})

test('3,000 flipped bits are refused or read as JavaScript does', () => {
  const names = ['stream', 'stream', 'tables', 'classes'] as const
  let [refused, tried] = [0, 0]
  for (let seed = 0; seed < 15; seed++) {
    const random = generator(seed)
    const below = (count: number) => Math.floor(random() * count)
    const parts = made(seed, 1 + below(8), 1 + below(8))
    for (let i = 0; i < 200; i++) {
      const name = names[below(4)]
      const bytes = parts[name].slice()
      bytes[below(bytes.length)] ^= 1 << below(8)
      tried++
      try {
        trellis({ ...parts, [name]: bytes })
      } catch {
        refused++
        continue
      }
      expectSame({ ...parts, [name]: bytes })
    }
  }
  expect(tried).toBe(3000)
  expect(refused).toBeLessThan(tried / 2)
})

test('rows that are none are refused, and a table stays one of its kind', () => {
  const { plain, fast } = both(made(1, 5, 4))
  for (const row of [-1, 5, 0.5]) expect(() => fast.readRow(row, new Float32Array(4))).toThrow('of a table of 5 rows')
  expect([fast.kind, fast.config, fast.tensors]).toEqual([plain.kind, plain.config, plain.tensors])
  expect(fast.with({})).toBe(fast)
  expect(() => fast.with({ left: plain })).toThrow('expected 0 children')
})

test('where there is no room for a table it stays as it is', () => {
  const grow = vi.spyOn(WebAssembly.Memory.prototype, 'grow').mockImplementation(() => {
    throw new RangeError('no memory')
  })
  try {
    const plain = trellis(made(2, 5, 4))
    expect(accelerate(plain)).toBe(plain)
  } finally {
    grow.mockRestore()
  }
})

import { bytesSource, dense, isSlimbedError, load, openSource, type Table } from '@slimbed/runtime'
import { optionalKinds as kinds } from '@slimbed/runtime/optional-kinds'
import { packedPartition } from '@slimbed/runtime/prune'
import { packIndex } from '@slimbed/runtime/trellis'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { makeFile } from './make-file.js'
import { decode, generator } from './sample.js'

/** Part p of some rows: row q of it is (p, q). */
const part = (p: number, rows: number) =>
  dense(
    rows,
    2,
    Float32Array.from({ length: 2 * rows }, (_, i) => (i % 2 ? i >> 1 : p))
  )

/** The numbers of an index, bit by bit. */
const numbersOf = (index: Uint8Array, rows: number, bits: number) =>
  Array.from({ length: rows }, (_, i) => {
    let number = 0
    for (let b = 0; b < bits; b++) {
      const at = i * bits + b
      number += ((index[at >> 3] >> (at & 7)) & 1) * 2 ** b
    }
    return number
  })

/** What the rows of a partition of such parts are: (group, earlier rows of the group). */
const expected = (groups: readonly number[]) =>
  groups.flatMap((group, i) => [group, groups.slice(0, i).filter((other) => other === group).length])

const membersOf = (groups: readonly number[], id: number) => groups.filter((group) => group === id).length

/** A random index, and parts that fit it. */
function made(seed: number) {
  const random = generator(seed)
  const below = (count: number) => Math.floor(random() * count)
  const bits = 1 + below(12)
  const count = 1 + below(Math.min(5, 2 ** bits))
  const groups = Array.from({ length: 1 + below(60) }, () => below(count))
  const parts = Array.from({ length: count }, (_, p) => part(p, membersOf(groups, p)))
  return { random, below, packed: packIndex(groups, bits), groups, parts }
}

/** What a function returns; undefined where it refuses in one line. Anything else that it throws fails the test. */
function outcome<T>(run: () => T, code: 'bad-input' | 'corrupt-file'): T | undefined {
  try {
    return run()
  } catch (error) {
    if (!isSlimbedError(error, code)) throw error
    expect(error.message).toMatch(/^.{10,400}$/)
    return undefined
  }
}

test('rows are those of their parts, in order', () => {
  const property = fc.property(fc.integer(), (seed) => {
    const { packed, groups, parts } = made(seed)
    expect([...decode(packedPartition(packed, parts))]).toEqual(expected(groups))
  })
  fc.assert(property, { numRuns: 200 })
})

test('an index that is cut short anywhere, or goes on, is refused', () => {
  for (let seed = 0; seed < 30; seed++) {
    const { packed, parts } = made(seed)
    const { rows, bits, index } = packed
    for (let length = 0; length < index.length; length++) {
      const cut = { ...packed, index: index.subarray(0, length) }
      expect(() => packedPartition(cut, parts)).toThrow(`an index of ${length} bytes for ${rows} rows of ${bits} bits`)
      // As many rows as there are bits left for: a part has more rows than that.
      const fewer = Math.min(rows - 1, Math.floor((8 * length) / bits))
      if (Math.ceil((fewer * bits) / 8) !== length) continue
      expect(() => packedPartition({ ...cut, rows: fewer }, parts)).toThrow(/part \d has \d+ rows, but its group has/)
    }
    expect(() => packedPartition({ ...packed, index: Uint8Array.of(...index, 0) }, parts)).toThrow('an index of')
  }
})

test('20,000 times some flipped bits are refused, or the rows are those of the groups that are there then', () => {
  let [read, same] = [0, 0]
  for (let seed = 0; seed < 40; seed++) {
    const { below, packed, groups, parts } = made(seed)
    const { rows, bits } = packed
    for (let i = 0; i < 500; i++) {
      const index = packed.index.slice()
      for (let flips = 1 + below(3); flips > 0; flips--) index[below(index.length)] ^= 1 << below(8)
      const table = outcome(() => packedPartition({ rows, bits, index }, parts), 'bad-input')
      const changed = numbersOf(index, rows, bits)
      const fits = parts.every(({ rows }, id) => rows === membersOf(changed, id))
      expect(table !== undefined).toBe(fits)
      if (!table) continue
      read++
      if (changed.every((group, row) => group === groups[row])) same++
      expect([...decode(table)]).toEqual(expected(changed))
    }
  }
  // Flips that make up for each other, and those of spare bits.
  expect(same).toBeGreaterThan(100)
  expect(read).toBeGreaterThan(same + 100)
  expect(read).toBeLessThan(10_000)
})

/** A file of a packed partition whose checksums are right, whatever it says. */
function fileWith(index: Uint8Array, config: unknown, parts: readonly Table[]): Uint8Array {
  const data = parts.map((own) => decode(own))
  const tensors = data.map((values, id) => [
    `${id}.data`,
    { dtype: 'F32', shape: [values.length / 2, 2], bytes: new Uint8Array(Float32Array.from(values).buffer) }
  ])
  const group = { dtype: 'U8', shape: [index.length], bytes: index }
  const children = Object.fromEntries(data.map((_, id) => [String(id), { kind: 'dense', config: {}, children: {} }]))
  return makeFile({
    tensors: Object.fromEntries([...tensors, ['group', group]]),
    manifest: { table: { kind: 'packed-partition', config, children } }
  })
}

/** The rows of a file, read whole and by ranges, which must come to the same. */
async function readBoth(file: Uint8Array): Promise<number[] | undefined> {
  const whole = outcome(() => [...decode(load(file, { kinds }).table)], 'corrupt-file')
  let ranges: number[] | undefined
  try {
    const { table } = await openSource(bytesSource('file', file), { kinds })
    ranges = [...(await table.read(Array.from({ length: Math.min(table.rows, 100) }, (_, row) => row)))]
  } catch (error) {
    if (!isSlimbedError(error, 'corrupt-file')) throw error
  }
  expect(ranges).toEqual(whole)
  return whole
}

test('damaged groups in files that say they are whole are refused, by ranges too', async () => {
  let read = 0
  for (let seed = 0; seed < 20; seed++) {
    const { below, packed, groups, parts } = made(seed)
    const { rows, bits } = packed
    expect(await readBoth(fileWith(packed.index, { rows, bits }, parts))).toEqual(expected(groups))
    for (let i = 0; i < 20; i++) {
      const index = packed.index.slice()
      for (let flips = 1 + below(2); flips > 0; flips--) index[below(index.length)] ^= 1 << below(8)
      const found = await readBoth(fileWith(index, { rows, bits }, parts))
      if (!found) continue
      read++
      expect(found).toEqual(expected(numbersOf(index, rows, bits)))
    }
  }
  expect(read).toBeGreaterThan(5)
})

describe('a file whose numbers do not fit is refused, by ranges too', () => {
  const { packed, parts } = made(7)
  const { rows, bits, index } = packed
  const configs: readonly [string, unknown][] = [
    ['no rows', { bits }],
    ['no bits', { rows }],
    ['nothing', {}],
    ['bits of 0', { rows, bits: 0 }],
    ['bits of 25', { rows, bits: 25 }],
    ['a part of a bit', { rows, bits: bits + 0.5 }],
    ['rows below 0', { rows: -1, bits }],
    ['a part of a row', { rows: rows - 0.01, bits }],
    ['a row more', { rows: rows + 8, bits }],
    ['a row less', { rows: rows - 8, bits }],
    ['more rows than there can be', { rows: 2 ** 32, bits }],
    ['rows for which there is no memory', { rows: 2 ** 31, bits }],
    ['words', { rows: 'many', bits: 'few' }],
    ['lists', { rows: [rows, rows], bits: [] }]
  ]
  test.each(configs)('%s', async (_, config) => {
    expect(await readBoth(fileWith(index, config, parts))).toBeUndefined()
  })

  test('no parts', async () => {
    expect(await readBoth(fileWith(index, { rows, bits }, []))).toBeUndefined()
  })
})

import { isSlimbedError } from '@slimbed/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fixedpoint } from '../src/index.js'
import { storedScale } from '../src/store.js'
import { compressed, contextWith, copied, decoded } from './support.js'

const refusal = async (run: () => unknown) => {
  try {
    await run()
  } catch (error) {
    if (isSlimbedError(error)) return `${error.code}: ${error.message}`
    throw error
  }
  return 'accepted'
}

test('half floats are the nearest, and what does not fit is refused by place', async () => {
  const row = Float32Array.of(1, 1 / 3, -65504, 2 ** -24, 1 + 2 ** -11, 1 + 3 * 2 ** -11)
  const f16 = await compressed(fixedpoint({ format: 'f16' }), copied(1, 6, row), contextWith())
  expect(f16.tensors.data!.dtype).toBe('F16')
  expect(Array.from(decoded(f16))).toEqual([1, 0.333251953125, -65504, 2 ** -24, 1, 1 + 2 ** -9])
  const bf16 = await compressed(fixedpoint({ format: 'bf16' }), copied(1, 3, row), contextWith())
  expect(Array.from(decoded(bf16))).toEqual([1, 0.333984375, -65536])
  const over = Float32Array.of(0, 1, 2, 70_000)
  expect(await refusal(() => compressed(fixedpoint({ format: 'f16' }), copied(2, 2, over), contextWith()))).toBe(
    'bad-input: fixedpoint: row 1, column 1 is 70000: float16 holds at most 65504; use format=bf16'
  )
})

test.each([NaN, Infinity, -Infinity])('%s is refused by place, whatever the options', async (value) => {
  const data = Float32Array.of(1, 2, 3, 4, 5, value)
  for (const scale of ['table', 'row', 'column', 'group'] as const) {
    for (const mode of ['symmetric', 'affine'] as const) {
      const run = () => compressed(fixedpoint({ scale, mode }), copied(2, 3, data), contextWith())
      expect(await refusal(run)).toBe(
        `bad-input: fixedpoint: row 1, column 2 is ${value}: a finite number was expected`
      )
    }
  }
  const half = () => compressed(fixedpoint({ format: 'bf16' }), copied(2, 3, data), contextWith())
  expect(await refusal(half)).toBe(`bad-input: fixedpoint: row 1, column 2 is ${value}: a finite number was expected`)
})

test.each([
  [{ bits: 17 }, 'bad-option: fixedpoint: option bits must be an integer from 1 to 16, not 17'],
  [{ bits: 0 }, 'bad-option: fixedpoint: option bits must be an integer from 1 to 16, not 0'],
  [{ groupSize: 16 }, 'bad-option: fixedpoint: option groupSize=16 has no meaning with scale=row: use scale=group'],
  [
    { format: 'f16', bits: 4 },
    'bad-option: fixedpoint: option bits=4 has no meaning with format=f16: leave one of them out'
  ]
] as const)('%o is refused in one line', async (given, message) => {
  expect(await refusal(() => fixedpoint(given))).toBe(message)
})

test('scales are float16 where that is near enough for all, else float32', async () => {
  const typeOf = async (data: number[], given = {}) =>
    (await compressed(fixedpoint(given), copied(1, data.length, Float32Array.from(data)), contextWith())).tensors.scale!
      .dtype
  expect(await typeOf([1, -2, 3])).toBe('F16')
  expect(await typeOf([0, 0, 0])).toBe('F16')
  expect(await typeOf([1, -2, 3], { scaleType: 'f32' })).toBe('F32')
  expect(await typeOf([1e-6, -2e-6])).toBe('F32')
  expect(await typeOf([1e8, -2e6])).toBe('F32')
  expect(await typeOf([1, -2, 3], { mode: 'affine', bits: 12 })).toBe('F32')
  expect(await typeOf([1, -2, 3], { mode: 'affine', bits: 8 })).toBe('F16')
})

test('a stored scale is the nearest of its type, or the nearest not below', () => {
  fc.assert(
    fc.property(fc.double({ min: 2 ** -18, max: 65504, noNaN: true }), (scale) => {
      const near = storedScale(scale, true, false)
      const up = storedScale(scale, true, true)
      const unit = Math.max(2 ** (Math.floor(Math.log2(near)) - 10), 2 ** -24)
      expect(near / unit).toBe(Math.round(near / unit))
      expect(Math.abs(near - scale)).toBeLessThanOrEqual(unit / 2)
      expect(up).toBeGreaterThanOrEqual(scale)
      expect(up - scale).toBeLessThan(2 * unit)
      expect(storedScale(up, true, true)).toBe(up)
    })
  )
  expect(storedScale(65504, true, true)).toBe(65504)
  expect(storedScale(2 ** -20 + 2 ** -40, true, false)).toBe(2 ** -20 + 2 ** -40)
  expect(storedScale(1e-60, false, false)).toBe(2 ** -149)
  expect(storedScale(1e-60, true, true)).toBe(2 ** -149)
})

test('progress ends at its total, and an aborted run stops', async () => {
  const [rows, dim] = [40, 2 ** 17]
  const data = new Float32Array(rows * dim).fill(1)
  for (const given of [{ bits: 4 }, { bits: 4, scale: 'column', clip: 'mse' }, { format: 'bf16' }] as const) {
    const seen: number[] = []
    let total = 0
    const progress = (done: number, of: number) => {
      seen.push(done)
      total = of
    }
    await compressed(fixedpoint(given), copied(rows, 16, data), contextWith({ progress }))
    expect(seen.at(-1)).toBe(total)
    expect(seen).toEqual([...seen].sort((a, b) => a - b))
  }
  const abort = new AbortController()
  const context = contextWith({ signal: abort.signal, progress: () => abort.abort() })
  expect(await refusal(() => compressed(fixedpoint(), copied(rows, dim, data), context))).toMatch(/^aborted: /)
})

test('a matrix without rows gives a table without rows', async () => {
  for (const scale of ['table', 'row', 'column', 'group'] as const) {
    for (const mode of ['symmetric', 'affine'] as const) {
      const empty = copied(0, 5, new Float32Array(0))
      const table = await compressed(fixedpoint({ scale, mode, clip: 'mse' }), empty, contextWith())
      expect([table.rows, table.dim]).toEqual([0, 5])
    }
  }
})

test('a matrix that ends early is refused', async () => {
  const short = { rows: 4, dim: 3, read: async () => new Float32Array(9) }
  expect(await refusal(() => compressed(fixedpoint(), short, contextWith()))).toBe(
    'bad-input: rows 0 to 4: expected 12 values, the matrix gave 9'
  )
})

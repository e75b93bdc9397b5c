import { expect, test } from 'vitest'
import { fixedpoint } from '../src/index.js'
import { compressed, contextWith, copied, refusal } from './support.js'

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

import { expect, test } from 'vitest'
import { fixedpoint } from '../src/index.js'
import { compressed, contextWith, copied, decoded, refusal } from './support.js'

test('half floats are the nearest, and what does not fit is refused by place', async () => {
  const row = Float32Array.of(1, 1 / 3, -65504, 2 ** -24, 1 + 2 ** -11, 1 + 3 * 2 ** -11)
  const f16 = await compressed(fixedpoint({ format: 'f16' }), copied(1, 6, row), contextWith())
  expect(f16.tensors.data.dtype).toBe('F16')
  expect(Array.from(decoded(f16))).toEqual([1, 0.333251953125, -65504, 2 ** -24, 1, 1 + 2 ** -9])
  const bf16 = await compressed(fixedpoint({ format: 'bf16' }), copied(1, 3, row), contextWith())
  expect(Array.from(decoded(bf16))).toEqual([1, 0.333984375, -65536])
  const over = Float32Array.of(0, 1, 2, 70_000)
  expect(await refusal(() => compressed(fixedpoint({ format: 'f16' }), copied(2, 2, over), contextWith()))).toBe(
    'bad-input: fixedpoint: row 1, column 1 is 70000: float16 holds at most 65504; use format=bf16'
  )
})

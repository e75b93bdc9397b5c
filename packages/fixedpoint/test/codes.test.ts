import { expect, test } from 'vitest'
import { fixedpoint } from '../src/index.js'
import { compressed, contextWith, copied, decoded } from './support.js'

test('a row of ties, by hand', async () => {
  // 2 bits, scale 1: codes 0 to 3 stand for −1½, −½, ½, 1½, and whole numbers lie halfway.
  const row = Float32Array.of(1.5, -1.5, 1, 0, -1, 0.5, -0.5, 1.25)
  const table = await compressed(fixedpoint({ bits: 2 }), copied(1, row.length, row), contextWith())
  expect(Array.from(decoded(table))).toEqual([1.5, -1.5, 0.5, 0.5, -1.5, 0.5, -0.5, 1.5])
  // Little-endian from the low bits on: 3 0 2 2, 0 2 1 3.
  expect(Array.from(table.tensors.codes.data)).toEqual([0b10100011, 0b11011000])
})

test('values beyond a clipped range get the end codes', async () => {
  const row = Float32Array.from({ length: 256 }, (_, i) => (i === 0 ? 100 : i === 1 ? -100 : Math.sin(i)))
  const table = await compressed(fixedpoint({ bits: 8, clip: 'mse' }), copied(1, row.length, row), contextWith())
  const values = decoded(table)
  expect(values[0]).toBe(Math.max(...values))
  expect(values[1]).toBe(Math.min(...values))
})

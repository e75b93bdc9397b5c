import { expect, test } from 'vitest'
import { clipGrid, clipThreshold } from '../src/clipping.js'
import type { GridShape } from '../src/grid.js'
import { createPoints, type Points } from '../src/points.js'
import { searchScale } from '../src/scale-search.js'
import { normals } from './support.js'

const pointsOf = (values: ArrayLike<number>): Points => {
  const points = createPoints(values.length)
  for (let i = 0; i < values.length; i++) points.values[i] = values[i]
  points.count = values.length
  return points
}

/** The least squared error of any scale of the mid-rise grid: every assignment of codes that some scale gives. */
function exactError(values: ArrayLike<number>, bits: number): number {
  const magnitudes = Array.from(values, Math.abs)
  const passes: { at: number; x: number; k: number }[] = []
  let [norm, product, square] = [0, 0, 0]
  for (const x of magnitudes) {
    norm += x * x
    product += x / 2
    square += 1 / 4
    for (let k = 1; k < 2 ** (bits - 1); k++) passes.push({ at: k / x, x, k })
  }
  passes.sort((a, b) => a.at - b.at)
  let best = (product * product) / square
  for (const { x, k } of passes) {
    product += x
    square += 2 * k
    best = Math.max(best, (product * product) / square)
  }
  return norm - best
}

function errorOf(values: ArrayLike<number>, bits: number, scale: number, zero: number): number {
  const top = 2 ** bits - 1
  return Array.from(values).reduce((sum, x) => {
    const code = Math.min(Math.max(Math.round(x / scale + zero), 0), top)
    return sum + (x - (code - zero) * scale) ** 2
  }, 0)
}

const samples: Record<string, (seed: number) => Float32Array> = {
  'normal values': (seed) => normals(300, seed),
  'heavy tails': (seed) => normals(300, seed).map((x) => x ** 3),
  'uniform values': (seed) => normals(300, seed).map((x) => Math.tanh(2 * x)),
  'few values': (seed) => normals(32, seed)
}

test.each(Object.entries(samples))(
  'the scale found is within 0.3 % of the exact optimum, on the whole: %s',
  (_, sample) => {
    for (let bits = 1; bits <= 6; bits++) {
      let [found, exact] = [0, 0]
      for (let seed = 0; seed < 20; seed++) {
        const values = sample(seed)
        const points = pointsOf(values)
        const { scale } = searchScale(points, bits, clipThreshold(points, 2 ** bits - 1))
        found += errorOf(values, bits, scale, (2 ** bits - 1) / 2)
        exact += exactError(values, bits)
      }
      expect(found / exact, `${bits} bits`).toBeLessThan(1.003)
      expect(found / exact, `${bits} bits`).toBeGreaterThan(1 - 1e-9)
    }
  }
)

test('affine: within 2 % of the best of many starts', () => {
  for (const bits of [2, 3, 4, 5]) {
    const shape: GridShape = { bits, top: 2 ** bits - 1, affine: true, middle: 0, level: false, half: false }
    let [found, best] = [0, 0]
    for (let seed = 0; seed < 8; seed++) {
      const values = normals(200, seed).map((x) => Math.exp(x / 3) + 5)
      const grid = { scale: 0, zero: 0 }
      expect(clipGrid(pointsOf(values), shape, true, grid)).toBe(true)
      found += errorOf(values, bits, grid.scale, grid.zero)
      best += bestOfMany(values, bits)
    }
    expect(found / best, `${bits} bits`).toBeLessThan(1.02)
  }
})

/** Lloyd's iteration from many ranges. */
function bestOfMany(values: Float32Array, bits: number): number {
  const top = 2 ** bits - 1
  const sorted = Float64Array.from(values).sort()
  const cuts = [0, 1, 2, 4, 7, 11, 16]
  let best = Infinity
  for (const low of cuts) {
    for (const high of cuts) {
      for (const stretch of [0.9, 1, 1.1]) {
        const [from, to] = [sorted[low], sorted[sorted.length - 1 - high]]
        let scale = ((to - from) / top) * stretch
        let zero = top / 2 - (from + to) / 2 / scale
        for (let turn = 0; turn < 60; turn++) {
          let [k1, k2, kx, x1] = [0, 0, 0, 0]
          for (const x of values) {
            const k = Math.min(Math.max(Math.round(x / scale + zero), 0), top)
            k1 += k
            k2 += k * k
            kx += k * x
            x1 += x
          }
          const count = values.length
          scale = (count * kx - k1 * x1) / (count * k2 - k1 * k1)
          zero = (k1 - x1 / scale) / count
        }
        best = Math.min(best, errorOf(values, bits, scale, zero))
      }
    }
  }
  return best
}

test('the threshold of 4 bits on normal values is the known 2.5 standard deviations', () => {
  const points = pointsOf(normals(100_000, 3))
  expect(clipThreshold(points, 15)).toBeGreaterThan(2.45)
  expect(clipThreshold(points, 15)).toBeLessThan(2.6)
})

import { createTensor, expand, matrixFrom, type Table, type TensorAdapter } from '@slimbed/core'
import { titleIf } from '@slimbed/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { groupreduce } from '../src/index.js'
import { contextWith, falling, hasNumpy, runScript, spread } from './support.js'

let tensor: TensorAdapter
beforeAll(async () => {
  tensor = await createTensor()
})
afterAll(() => tensor.close())

interface Reference {
  readonly history: number[][]
  readonly ranks: number[]
  /** `rightᵀ · right` of each group. */
  readonly projectors: number[][]
  readonly rebuilt: number[]
}

const title = titleIf(hasNumpy, 'there is no Python with NumPy')

/** `rightᵀ · right`: what two bases of one subspace share. The identity where rows are stored. */
async function projectorOf(part: Table, dim: number): Promise<Float64Array> {
  const out = new Float64Array(dim * dim)
  if (part.kind === 'dense') return out.map((_, i) => (i % (dim + 1) === 0 ? 1 : 0))
  const right = await (await expand(part.children.right, tensor)).read(0, part.children.right.rows)
  for (let at = 0; at < right.length; at += dim) {
    for (let i = 0; i < dim * dim; i++) out[i] += right[at + Math.floor(i / dim)] * right[at + (i % dim)]
  }
  return out
}

const farthest = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  expect(a.length).toBe(b.length)
  return Array.from(a, (value, i) => Math.abs(value - b[i])).reduce((most, x) => Math.max(most, x), 0)
}

test.skipIf(!hasNumpy).each([
  { rows: 240, dim: 12, groups: 4, minRank: 1, moveFraction: 0.1, minMoves: 1, seed: 1, flat: true },
  { rows: 300, dim: 16, groups: 3, minRank: 3, moveFraction: 0.3, minMoves: 40, seed: 2, flat: true },
  { rows: 200, dim: 10, groups: 5, minRank: 2, moveFraction: 0.5, minMoves: 1, seed: 3, flat: false }
])(title('factors, ranks and moves are those of Algorithm 1 in NumPy: %o'), async (given) => {
  const { rows, dim, groups, minRank, moveFraction, minMoves, seed, flat } = given
  const data = falling(rows, dim, seed)
  // Weights of all sizes make the first groups exact; flat ones leave all of them a rank, so that rows go everywhere.
  const weights = spread(rows, seed).map((weight) => (flat ? weight ** 0.04 : weight))
  const iterations = 6
  const args = [rows, dim, groups, minRank, iterations, moveFraction, minMoves]
  const expected = runScript('group_reduce.py', args, data, weights) as Reference
  expect(expected.history.length).toBeGreaterThan(2)
  const matrix = matrixFrom(rows, dim, data)
  let made: Table | undefined
  for (let done = 0; done <= iterations; done++) {
    made = await groupreduce({
      ...{ groups, minRank, moveFraction, minMoves, iterations: done, weights: 'frequency' },
      ...{ refine: 'paper', ranks: 'frequency', grouping: 'equal' }
    }).compress(matrix, contextWith(tensor, { weights }))
    const ids = [...made.tensors.group.data]
    const group = expected.history[Math.min(done, expected.history.length - 1)]
    // A group that nothing is left of is not stored.
    const used = [...new Set(group)].sort((a, b) => a - b)
    expect(ids, `after ${done} iterations`).toEqual(group.map((id) => used.indexOf(id)))
  }
  const parts = Object.values(made!.children)
  const used = [...new Set(expected.history.at(-1))].sort((a, b) => a - b)
  for (const [at, part] of parts.entries()) {
    const group = used[at]
    expect(part.kind === 'dense' ? dim : part.children.left.dim).toBe(expected.ranks[group])
    expect(farthest(await projectorOf(part, dim), expected.projectors[group])).toBeLessThan(1e-4)
  }
  const rebuilt = await (await expand(made!, tensor)).read(0, rows)
  const scale = data.reduce((most, x) => Math.max(most, Math.abs(x)), 0)
  expect(farthest(rebuilt, expected.rebuilt) / scale).toBeLessThan(1e-4)
})

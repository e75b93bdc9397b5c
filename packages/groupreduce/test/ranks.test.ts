import fc from 'fast-check'
import { expect, test } from 'vitest'
import { clusterEnds } from '../src/clusters.js'
import { allValues, idBytes, partValues, roomFor, settled } from '../src/cost.js'
import { firstGroups } from '../src/grouping.js'
import { countsOf, importanceOf } from '../src/importance.js'
import { greedyRanks, greedyRanksFrom, proportionalRanks, proportionalRanksWithin } from '../src/ranks.js'

const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 4 })
const falling = (dim: number) =>
  fc
    .array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: dim, maxLength: dim })
    .map((values) => Float64Array.from(values).sort().reverse())
const problem = fc.integer({ min: 1, max: 5 }).chain((dim) =>
  sizes.chain((own) =>
    fc.record({
      dim: fc.constant(dim),
      sizes: fc.constant(own),
      values: fc.array(falling(dim), { minLength: own.length, maxLength: own.length }),
      share: fc.double({ min: 0, max: 1, noNaN: true })
    })
  )
)

const lossOf = (values: readonly Float64Array[], ranks: readonly number[], dim: number) =>
  values.reduce(
    (sum, own, part) => sum + (ranks[part] >= dim ? 0 : own.slice(ranks[part]).reduce((a, b) => a + b, 0)),
    0
  )

/** Every choice of ranks. */
function* choices(parts: number, dim: number): Generator<number[]> {
  if (parts === 0) return yield []
  for (const rest of choices(parts - 1, dim)) for (let rank = 1; rank <= dim; rank++) yield [...rest, rank]
}

test('greedy ranks fit, leave no step that fits, and are the best there are for the room they take but for the last step', () => {
  const check = fc.property(problem, ({ dim, sizes, values, share }) => {
    const least = allValues(
      sizes,
      sizes.map(() => 1),
      dim
    )
    const whole = sizes.reduce((sum, size) => sum + size * dim, 0)
    const room = least + share * (whole - least)
    const ranks = greedyRanks(sizes, values, dim, room)
    const used = allValues(sizes, ranks, dim)
    expect(used).toBeLessThanOrEqual(room)
    for (const [part, rank] of ranks.entries()) {
      const size = sizes[part]
      expect(rank).toBe(settled(size, rank, dim))
      if (rank === dim) continue
      const next = settled(size, rank + 1, dim)
      expect(used + partValues(size, next, dim) - partValues(size, rank, dim)).toBeGreaterThan(room)
    }
    // Greedy by slope is within one step of the optimum, as for any knapsack.
    let best = Number.POSITIVE_INFINITY
    for (const other of choices(sizes.length, dim)) {
      const exact = other.map((rank, part) => settled(sizes[part], rank, dim))
      if (allValues(sizes, exact, dim) <= room) best = Math.min(best, lossOf(values, exact, dim))
    }
    const steepest = Math.max(...values.map((own) => own.slice(1).reduce((a, b) => a + b, 0)))
    expect(lossOf(values, ranks, dim)).toBeLessThanOrEqual(best + steepest + 1e-9)
    expect(lossOf(values, ranks, dim)).toBeGreaterThanOrEqual(best - 1e-9)
  })
  fc.assert(check, { numRuns: 200 })
})

test('greedy ranks are the optimum where the room is just what they take', () => {
  // Slopes: 30/7, 20/7, 8/7 … in the first group, 12/9, 6/9 … in the second: worked out by hand for dim 4, sizes 30 and 5.
  const values = [Float64Array.of(340, 102, 34, 3.4), Float64Array.of(90, 45, 9, 1)]
  const [dim, own] = [4, [30, 5]]
  // Rank 1 takes 34 and 9. In the second group another eigenvector saves 45 / 9 = 5 a value, storing the rows 55 / 11 = 5.
  expect(greedyRanks(own, values, dim, 43)).toEqual([1, 1])
  expect(greedyRanks(own, values, dim, 53)).toEqual([1, 2])
  expect(greedyRanks(own, values, dim, 54)).toEqual([1, 4])
  // Then 102 / 34 = 3 in the first, then 34 / 34 = 1, and all the rest at once: 3.4 for 120 − 102 values.
  expect(greedyRanks(own, values, dim, 88)).toEqual([2, 4])
  expect(greedyRanks(own, values, dim, 122)).toEqual([3, 4])
  expect(greedyRanks(own, values, dim, 140)).toEqual([4, 4])
  // All steps as good as that to rank 2 of the first group, the worse of the two: 3 a value.
  expect(greedyRanksFrom(own, values, dim, 2)).toEqual([2, 4])
  expect(greedyRanksFrom(own, values, dim, 1)).toEqual([1, 1])
})

test('ranks by frequency are proportional, and with a room the highest that fit', () => {
  expect(proportionalRanks([100, 100, 100], [33, 3.1, 1], 40, 2)).toEqual([40, 6, 2])
  expect(proportionalRanks([100, 100, 100], [3, 2, 1], 40, 3)).toEqual([9, 6, 3])
  // Factors of rank 4 of 5 rows are larger than the rows.
  expect(proportionalRanks([5, 100], [4, 1], 8, 1)).toEqual([8, 1])
  fc.assert(
    fc.property(
      sizes,
      fc.integer({ min: 2, max: 12 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (own, dim, share) => {
        const means = own.map((_, part) => 10 ** (6 - 5 * part))
        const least = allValues(
          own,
          own.map(() => 1),
          dim
        )
        const whole = own.reduce((sum, size) => sum + size * dim, 0)
        const room = least + share * (whole - least)
        const ranks = proportionalRanksWithin(own, means, dim, room)
        expect(allValues(own, ranks, dim)).toBeLessThanOrEqual(room)
        for (let i = 1; i < own.length; i++) {
          if (ranks[i] < dim && ranks[i - 1] < dim) expect(ranks[i - 1]).toBeGreaterThanOrEqual(ranks[i])
        }
      }
    )
  )
})

test('a ratio pays for the group ids (one byte, two from 257 groups on, none for one) and for the header of the file', () => {
  expect([1, 2, 256, 257].map((groups) => idBytes(1000, groups))).toEqual([0, 1000, 1000, 2000])
  expect(roomFor(4, 1000, 10, 5)).toBe(2500 - 25 - 250)
  expect(roomFor(4, 10_000, 1000, 5)).toBe(2_500_000 - 1250 - 2500)
})

/** The least sum of squared distances of all splits of sorted values into runs. */
function bruteForce(sorted: readonly number[], runs: number): number {
  const cost = (part: readonly number[]) => {
    const mean = part.reduce((a, b) => a + b, 0) / part.length
    return part.reduce((sum, x) => sum + (x - mean) ** 2, 0)
  }
  if (runs === 1) return cost(sorted)
  let best = cost(sorted)
  for (let cut = 1; cut < sorted.length; cut++) {
    best = Math.min(best, bruteForce(sorted.slice(0, cut), runs - 1) + cost(sorted.slice(cut)))
  }
  return best
}

test('clusters are the best there are, and do not part equal values', () => {
  const given = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 9 })
  const check = fc.property(given, fc.integer({ min: 1, max: 4 }), (values, count) => {
    const sorted = Float64Array.from(values).sort()
    const ends = clusterEnds(sorted, count)
    expect(ends.length).toBe(Math.min(count, new Set(values).size))
    expect(ends.at(-1)).toBe(values.length)
    let cost = 0
    for (const [run, end] of ends.entries()) {
      const own = [...sorted.subarray(ends[run - 1] ?? 0, end)]
      expect(own.length).toBeGreaterThan(0)
      if (end < sorted.length) expect(sorted[end]).not.toBe(sorted[end - 1])
      const mean = own.reduce((a, b) => a + b, 0) / own.length
      cost += own.reduce((sum, x) => sum + (x - mean) ** 2, 0)
    }
    expect(cost).toBeCloseTo(bruteForce([...sorted], count), 8)
  })
  fc.assert(check, { numRuns: 200 })
})

test('first groups: by falling weight, as many as asked for, each with rows', () => {
  expect([...firstGroups(Float32Array.of(5, 1, 4, 2, 3), 2, 'equal')]).toEqual([0, 1, 0, 1, 0])
  expect([...firstGroups(Float32Array.of(1000, 1, 900, 2, 1), 2, 'counts')]).toEqual([0, 1, 0, 1, 1])
  expect([...firstGroups(new Float32Array(6).fill(2), 3, 'counts')]).toEqual([0, 0, 1, 1, 2, 2])
  expect([...firstGroups(Float32Array.of(9, 1, 1, 1, 1), 3, 'counts')]).toEqual([0, 1, 1, 2, 2])
  const given = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 30 })
  fc.assert(
    fc.property(given, fc.nat(), fc.constantFrom('equal', 'counts'), (values, more, how) => {
      const counts = Float32Array.from(values)
      const groups = 1 + (more % values.length)
      const ids = firstGroups(counts, groups, how)
      expect(new Set(ids).size).toBe(groups)
      for (const [a, id] of ids.entries()) {
        for (const [b, other] of ids.entries()) if (counts[a] > counts[b]) expect(id).toBeLessThanOrEqual(other)
      }
    })
  )
})

test('importance: a function of the count, 1 on average; no weight counts as the least', () => {
  const counts = countsOf(Float32Array.of(8, 0, 2, 2), 4)
  expect([...counts]).toEqual([8, 2, 2, 2])
  expect([...importanceOf(counts, 'frequency')]).toEqual([8, 2, 2, 2].map((count) => Math.fround(count / 3.5)))
  expect([...importanceOf(counts, 'sqrt')]).toEqual([2, 1, 1, 1].map((root) => Math.fround(root / 1.25)))
  const logs = [Math.log(5), Math.log(2), Math.log(2), Math.log(2)]
  const mean = logs.reduce((a, b) => a + b) / 4
  const found = importanceOf(counts, 'log')
  for (const [i, log] of logs.entries()) expect(found[i]).toBeCloseTo(log / mean, 6)
  expect([...importanceOf(counts, 'none')]).toEqual([1, 1, 1, 1])
  expect([...countsOf(undefined, 2)]).toEqual([1, 1])
  expect([...countsOf(new Float32Array(3), 3)]).toEqual([1, 1, 1])
})

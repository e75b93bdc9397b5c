import { type CompressorPlugin, createTensor, matrixFrom, type Table, tableBytes } from '@slimbed/core'
import { measure } from '@slimbed/core/measure'
import { fixedpoint } from '@slimbed/fixedpoint'
import { lowrank } from '@slimbed/lowrank'
import { falling, refusal } from '@slimbed/testing'
import { trellis } from '@slimbed/trellis'
import { afterAll, describe, expect, test } from 'vitest'
import { type GoalOfTables, type LossOfTables, planTables } from '../src/index.js'

const tensor = await createTensor({ backend: 'cpu', threads: 1 })
afterAll(() => tensor.close())

const [rows, dim] = [640, 16]
const matrix = matrixFrom(rows, dim, falling(rows, dim, 3))
const tables = ['embedding', 'softmax'].map((name) => ({ name, matrix }))
/** Codes of any rate that are quick to make: few states, no coarse codebook. */
// biome-ignore lint/suspicious/noExplicitAny: plugins of a list have schemas of their own
const quick: CompressorPlugin<any> = Object.assign(
  (options: Parameters<typeof trellis>[0]) => trellis({ states: 8, clusters: 0, ...options }),
  { ...trellis }
)

/** Squared errors, those of the softmax four times. */
const lossOf: LossOfTables = async (some) => {
  let sum = 0
  for (const [name, table] of some) {
    const { relativeError } = await measure(matrix, table, { tensor })
    sum += (name === 'softmax' ? 4 : 1) * relativeError ** 2
  }
  return sum
}
const tell = (loss: number) => `a loss of ${loss.toFixed(3)}`
const bytesOf = (planned: readonly { readonly made: { readonly table: Table } }[]) =>
  planned.reduce((sum, { made }) => sum + tableBytes(made.table), 0)

describe('a size', () => {
  test('a table whose loss drowns in noise is not left without bits', async () => {
    const bytes = (2 * rows * dim * 4) / 12
    const noisy: LossOfTables = async (some) => (some.has('embedding') ? 0 : 0.01)
    const goal: GoalOfTables = { kind: 'size', bytes, beside: 0 }
    const [embedding, softmax] = await planTables(tables, [quick], { goal, lossOf: noisy, tensor })
    const [first, second] = [embedding.made.measured, softmax.made.measured]
    expect(first.bytes + second.bytes).toBeLessThanOrEqual(bytes)
    expect(first.bytes).toBeLessThan(second.bytes)
    expect(first.relativeError).toBeLessThan(0.7)
  })

  test('what is beside the tables counts; what cannot be is told by the smallest', async () => {
    const goal: GoalOfTables = { kind: 'size', bytes: 10_000, beside: 4000 }
    const planned = await planTables(tables, [quick], { goal, lossOf, tensor })
    expect(bytesOf(planned)).toBeLessThanOrEqual(6000)
    expect(bytesOf(planned)).toBeGreaterThan(0.98 * 6000)
    const least = { ...goal, bytes: 4100 }
    expect(await refusal(() => planTables(tables, [quick], { goal: least, lossOf, tensor }))).toMatch(
      /^bad-option: plan: no pipelines bring these tables to 4,100 bytes: the smallest have [\d,]+ bytes, of which 4,000 bytes are not the tables', by trellis\([^)]*\) of embedding and trellis\([^)]*\) of softmax$/
    )
  })

  test('two stages are taken where they are better: tables of low rank', async () => {
    const [left, right] = [falling(rows, 3, 1), falling(3, dim, 2)]
    const data = new Float32Array(rows * dim)
    for (let i = 0; i < rows; i++)
      for (let k = 0; k < 3; k++)
        for (let j = 0; j < dim; j++) data[i * dim + j] += left[i * 3 + k] * right[k * dim + j]
    const thin = [{ name: 'thin', matrix: matrixFrom(rows, dim, data) }]
    const goal: GoalOfTables = { kind: 'size', bytes: (rows * dim * 4) / 6, beside: 0 }
    const own: LossOfTables = async (some) => {
      const { relativeError } = await measure(thin[0].matrix, some.get('thin')!, { tensor })
      return relativeError ** 2
    }
    const [one] = await planTables(thin, [fixedpoint, lowrank], { goal, lossOf: own, tensor })
    expect(one.made.pipeline).toMatch(/^lowrank\(.*\) \| fixedpoint\(/)
  })
})

describe('a loss of all', () => {
  test.each([0.02, 0.3])('of %d: just kept, with more bits where more is lost', async (most) => {
    const goal: GoalOfTables = { kind: 'quality', most, lossOf, tell }
    const planned = await planTables(tables, [quick], { goal, lossOf, tensor })
    const loss = await lossOf(new Map(planned.map(({ name, made }) => [name, made.table])))
    expect(loss).toBeLessThanOrEqual(most)
    expect(loss).toBeGreaterThan(0.95 * most)
    expect(tableBytes(planned[0].made.table)).toBeLessThan(tableBytes(planned[1].made.table))
  })

  test('what no pipelines give is told by the nearest', async () => {
    for (const most of [1e-12, -1]) {
      const goal: GoalOfTables = { kind: 'quality', most, lossOf, tell }
      expect(await refusal(() => planTables(tables, [quick], { goal, lossOf, tensor }))).toMatch(
        /^bad-option: plan: no pipelines give a loss of -?\d\.000: the nearest is a loss of 0\.000, by trellis\(bits=16[^)]*\) of embedding and trellis/
      )
    }
  })
})

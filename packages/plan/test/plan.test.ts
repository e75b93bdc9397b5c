import {
  type CompressorPlugin,
  compress,
  createTensor,
  defineCompressor,
  matrixFrom,
  option,
  type Table,
  tableBytes
} from '@slimbed/core'
import { fixedpoint } from '@slimbed/fixedpoint'
import { lowrank } from '@slimbed/lowrank'
import { pq } from '@slimbed/pq'
import { rotate } from '@slimbed/rotate'
import { load } from '@slimbed/runtime'
import { vocabularyOf } from '@slimbed/runtime/format'
import { optionalKinds } from '@slimbed/runtime/optional-kinds'
import { falling, refusal } from '@slimbed/testing'
import { trellis } from '@slimbed/trellis'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { plan } from '../src/index.js'

// biome-ignore lint/suspicious/noExplicitAny: plugins of a list have schemas of their own
type Plugins = readonly CompressorPlugin<any>[]
const tensor = await createTensor({ backend: 'cpu', threads: 1 })
afterAll(() => tensor.close())

const [rows, dim] = [640, 16]
const matrix = matrixFrom(rows, dim, falling(rows, dim, 3))
const all: Plugins = [fixedpoint, lowrank, pq, rotate]
/** Codes of any rate that are quick to make: few states, no coarse codebook. */
const quick: Plugins[number] = Object.assign(
  (options: Parameters<typeof trellis>[0]) =>
    trellis({ states: options?.coding === 'fixed' ? 256 : 8, clusters: 0, ...options }),
  { ...trellis }
)

describe('a size', () => {
  test.each([
    [3, 'few', quick],
    [6, 'few', quick],
    [4, 'many', trellis]
  ])(
    '%d times smaller with codes of %s states: within a hundredth below, and what compress makes of the pipeline',
    async (ratio, _, codes) => {
      const vocabulary = vocabularyOf(Array.from({ length: rows }, (_, i) => `word${i}`))
      const { chosen, goal } = await plan(matrix, [codes, fixedpoint], { ratio, vocabulary, tensor })
      const most = Math.floor((rows * dim * 4) / ratio)
      expect(goal).toEqual({ kind: 'size', bytes: most, loss: 'error' })
      expect(chosen.file.length).toBeLessThanOrEqual(most)
      expect(chosen.file.length).toBeGreaterThan(0.99 * most)
      const { table, vocabulary: words } = load(chosen.file, { kinds: optionalKinds })
      expect([table.rows, words?.find('word7')]).toEqual([rows, 7])
      const parts: number[] = []
      const sink = {
        write: async (bytes: Uint8Array, at: number) => {
          for (const [i, byte] of bytes.entries()) parts[at + i] = byte
        }
      }
      await compress(matrix, chosen.compressor, { tensor, vocabulary, sink })
      expect(Uint8Array.from(parts)).toEqual(chosen.file)
    }
  )

  test('never above, whatever the compressors', async () => {
    const subset = fc.subarray([...all], { minLength: 1 })
    await fc.assert(
      fc.asyncProperty(subset, fc.double({ min: 1.5, max: 8, noNaN: true }), async (plugins, ratio) => {
        const made = await plan(matrix, plugins, { ratio, tensor }).catch((error: Error) => error)
        if (made instanceof Error) {
          expect(made.message).toMatch(/^plan: no /)
          return
        }
        expect(made.chosen.file.length).toBeLessThanOrEqual((rows * dim * 4) / ratio)
        // Nothing that was run in full and fits is better.
        const fitting = made.considered.filter(
          ({ exact, bytes }) => exact && bytes <= Math.floor((rows * dim * 4) / ratio)
        )
        expect(Math.min(...fitting.map(({ loss }) => loss))).toBe(made.chosen.loss)
      }),
      { numRuns: 6 }
    )
  })

  test('of another file: only tables that it has a place for, and its bytes count', async () => {
    // A file in which codes take twice their bytes.
    const sizeOf = (table: Table) => (table.kind === 'quantized' ? 2 * tableBytes(table) : undefined)
    const into = { beside: 5000, sizeOf }
    const { chosen, considered, goal } = await plan(matrix, [quick, ...all], { target: 15_000, tensor, into })
    expect(chosen.spec).toMatch(/^fixedpoint\(/)
    expect([...new Set(considered.map(({ family }) => family))]).toEqual(['fixedpoint'])
    expect(goal).toEqual({ kind: 'size', bytes: 15_000, loss: 'error' })
    expect(chosen.bytes).toBe(2 * tableBytes(load(chosen.file).table))
    expect(chosen.bytes + 5000).toBeLessThanOrEqual(15_000)
    expect(considered.find(({ exact }) => exact)?.bytes).toBeGreaterThan(5000)
    // As many times smaller as asked, than the same file with float32 values.
    const times = await plan(matrix, [fixedpoint], { ratio: 2, tensor, into })
    expect(times.goal).toMatchObject({ bytes: (5000 + rows * dim * 4) / 2 })
    const close = { beside: 5000, sizeOf: (table: Table) => 100 + Math.round(1.3 * tableBytes(table)) }
    const near = await plan(matrix, [quick], { target: 14_000, tensor, into: close })
    expect(near.chosen.bytes + 5000).toBeLessThanOrEqual(14_000)
    expect(near.chosen.bytes + 5000).toBeGreaterThan(0.99 * 14_000)
    await expect(plan(matrix, [fixedpoint], { target: 4000, tensor, into })).rejects.toThrow(
      /^plan: no pipeline makes a file of 4,000 bytes: the smallest file has [\d,]+ bytes, of which 5,000 bytes are not the table's, by fixedpoint/
    )
  })

  test('what is least is what was asked for', async () => {
    const weights = Float32Array.from({ length: rows }, (_, row) => 1 / (1 + row) ** 2)
    const weighted = await plan(matrix, [quick], { ratio: 5, measure: 'weighted', weights, tensor })
    const plain = await plan(matrix, [quick], { ratio: 5, weights, tensor })
    expect(weighted.chosen.made.measured.weightedError).toBeLessThan(0.9 * plain.chosen.made.measured.weightedError!)
    expect(plain.chosen.made.measured.relativeError).toBeLessThan(weighted.chosen.made.measured.relativeError)
  })

  test('two stages are found where they are better: a matrix of low rank', async () => {
    const [left, right] = [falling(rows, 3, 1), falling(3, dim, 2)]
    const data = new Float32Array(rows * dim)
    for (let i = 0; i < rows; i++)
      for (let k = 0; k < 3; k++)
        for (let j = 0; j < dim; j++) data[i * dim + j] += left[i * 3 + k] * right[k * dim + j]
    const { chosen } = await plan(matrixFrom(rows, dim, data), [fixedpoint, lowrank], { ratio: 6, tensor })
    expect(chosen.spec).toMatch(/^lowrank\(.*\) \| fixedpoint\(/)
    expect(chosen.made.measured.relativeError).toBeLessThan(0.02)
  })
})

describe('a quality', () => {
  test.each([
    [{ maxError: 0.1 }, ({ relativeError }: { relativeError: number }) => relativeError <= 0.1 && relativeError > 0.09],
    [{ minCosine: 0.98 }, ({ meanCosine }: { meanCosine: number }) => meanCosine >= 0.98 && meanCosine < 0.985]
  ])('%j is just kept', async (asked, kept) => {
    const { chosen } = await plan(matrix, [quick, fixedpoint], { ...asked, tensor })
    expect(kept(chosen.made.measured)).toBe(true)
  })

  test('of the neighbours, so many are kept', async () => {
    const { chosen, considered } = await plan(matrix, [quick, fixedpoint], { minKept: 0.9, tensor })
    expect(considered.some(({ pipeline }) => pipeline.includes('neighbours=32'))).toBe(true)
    expect(chosen.loss).toBeLessThanOrEqual(0.1)
    expect(chosen.loss).toBeGreaterThan(0.08)
  })
})

test('plugins that offer nothing are tried at their defaults; those that fail are named', async () => {
  const halves = defineCompressor({
    name: 'halves',
    summary: 'half floats',
    options: {},
    compress: (matrix) =>
      fixedpoint({ format: 'f16' }).compress(matrix, { tensor, path: [], seed: 0, random: () => 0, progress() {} })
  })
  const failing = defineCompressor({
    name: 'failing',
    summary: 'fails',
    options: {},
    compress() {
      throw new Error('out of order')
    }
  })
  const { chosen, failures } = await plan(matrix, [failing, halves], { ratio: 1.7, tensor })
  expect(chosen.spec).toBe('halves')
  expect(failures).toEqual([{ pipeline: 'failing', problem: 'stage "failing" failed: out of order' }])
})

test('what is far behind on few rows goes no further, nor what refines it', async () => {
  const seen: string[] = []
  const poor = (name: string, more: { readonly refines?: string }): Plugins[number] =>
    defineCompressor({
      name,
      summary: 'signs',
      options: { parts: option.integer({ min: 1, max: 9, default: 1, help: 'nothing' }) },
      candidates: ({ followed }) =>
        followed ? [] : [{ options: {}, fitted: true, rate: { option: 'parts' as const, at: () => 1 }, ...more }],
      compress(rows, _, context) {
        seen.push(`${name} ${rows.rows}`)
        return fixedpoint({ bits: 1 }).compress(rows, context)
      }
    })
  const many = matrixFrom(4096, 8, falling(4096, 8, 5))
  const plugins = [poor('finer', { refines: 'poor' }), poor('poor', {}), fixedpoint]
  const { chosen, considered } = await plan(many, plugins, { ratio: 4.5, tensor })
  expect(chosen.spec).toMatch(/^fixedpoint\(/)
  expect(seen).toEqual(['poor 128'])
  expect(considered.some(({ family }) => family.includes('poor') || family.includes('finer'))).toBe(false)
})

describe('what cannot be', () => {
  test.each([
    [{}, 'plan: give exactly one of target, ratio, maxError, minCosine, minKept, not none'],
    [{ ratio: 2, minKept: 0.5 }, 'not ratio and minKept'],
    [{ maxError: 0.1, measure: 'kept' as const }, 'measure is for target and ratio'],
    [{ maxError: 2 }, 'maxError must be above 0 and at most 1, not 2'],
    [{ ratio: 4, measure: 'weighted' as const }, 'needs weights'],
    [{ target: 900 }, /no pipeline makes a file of 900 bytes: the smallest file has [\d,]+ bytes, by trellis/],
    [{ maxError: 1e-9 }, /no pipeline of the installed compressors gives a relative error of 1\.00e-9: the nearest is/]
  ])('%j: one line', async (asked, says) => {
    const message = await refusal(() => plan(matrix, [quick], { ...asked, tensor }))
    expect(message).toMatch(says)
    expect(message).not.toContain('\n')
  })

  test('words alone are more than the file may have', async () => {
    const vocabulary = vocabularyOf(Array.from({ length: rows }, (_, i) => `a long word ${i} of so many`))
    expect(await refusal(() => plan(matrix, [quick], { target: 4000, vocabulary, tensor }))).toMatch(
      /no pipeline makes a file of 4,000 bytes: the smallest file has [\d,]+ bytes, of which [\d,]+ bytes are words, by trellis/
    )
  })

  test('without compressors, or rows', async () => {
    expect(await refusal(() => plan(matrix, [], { ratio: 2, tensor }))).toMatch(/no compressor can be used here/)
    const none = matrixFrom(0, 4, new Float32Array())
    expect(await refusal(() => plan(none, [quick], { ratio: 2, tensor }))).toMatch(/nothing to compress/)
  })

  test('an aborted search stops', async () => {
    const signal = AbortSignal.abort()
    expect(await refusal(() => plan(matrix, [quick], { ratio: 2, tensor, signal }))).toMatch(/interrupted|abort/)
  })
})

import { at, compress, defineCompressor, dense, denseOf, matrixFrom, pipeline, product } from '@slimbed/core'
import { conforms, halves, signs } from '@slimbed/core/testing'
import { SlimbedError } from '@slimbed/runtime'
import { expect, test } from 'vitest'

/** What each call was given, and a product out. */
function recorder() {
  const calls: { path: string; rows: number; weights: number[] | undefined; random: number }[] = []
  const plugin = defineCompressor({
    name: 'record',
    summary: 'for tests',
    options: {},
    async compress({ rows, dim }, _, { path, weights, random }) {
      calls.push({ path: path.join('.'), rows, weights: weights && [...weights], random: random() })
      return product(dense(rows, 1, new Float32Array(rows)), dense(1, dim, new Float32Array(dim)))
    }
  })
  return { calls, plugin }
}

const matrix = matrixFrom(
  5,
  2,
  Float32Array.from({ length: 10 }, (_, i) => i - 4)
)
const weights = Float32Array.of(5, 4, 3, 2, 1)

test('a later stage meets every dense leaf, with its path and the weights of its rows', async () => {
  const { calls, plugin } = recorder()
  await compress(matrix, pipeline(halves(), plugin(), plugin()), { weights })
  expect(calls.map(({ path, rows, weights }) => [path, rows, weights])).toEqual([
    ['0', 3, [5, 3, 1]],
    ['1', 2, [4, 2]],
    ['0.left', 3, [5, 3, 1]],
    ['0.right', 1, undefined],
    ['1.left', 2, [4, 2]],
    ['1.right', 1, undefined]
  ])
  expect(new Set(calls.map(({ random }) => random)).size).toBe(6)
})

test('nested pipelines substitute as flat ones do', async () => {
  const [flat, nested] = [recorder(), recorder()]
  await compress(matrix, pipeline(halves(), flat.plugin(), flat.plugin()), { weights })
  await compress(matrix, pipeline(halves(), pipeline(nested.plugin(), nested.plugin())), { weights })
  expect(nested.calls).toEqual(flat.calls)
})

test('a placed stage leaves the other leaves alone', async () => {
  const { calls, plugin } = recorder()
  const { table } = await compress(matrix, pipeline(halves(), at('1', plugin()), at('*.left', signs())))
  expect(calls.map(({ path }) => path)).toEqual(['1'])
  expect(table.children[0].kind).toBe('dense')
  expect(Object.values(table.children[1].children).map(({ kind }) => kind)).toEqual(['quantized', 'dense'])
})

test('a stage with nothing to rewrite says so', async () => {
  await expect(compress(matrix, pipeline(halves(), at('left', signs())))).rejects.toThrow(
    'left/signs: nothing left to compress (dense leaves: 0, 1)'
  )
  await expect(compress(matrix, pipeline(signs(), signs()))).rejects.toThrow('(dense leaves: none)')
})

test('each stage is measured', async () => {
  const { stages, pipeline: spec, measured } = await compress(matrix, pipeline(halves(), signs()), { weights })
  expect(spec).toBe('halves | signs')
  expect(stages.map(({ name }) => name)).toEqual(['halves', 'signs'])
  expect(stages[0].relativeError).toBe(0)
  expect(stages[1].relativeError).toBe(measured.relativeError)
  expect(measured.weightedError).toBeGreaterThan(0)
})

test('a table of the wrong shape is a fault of the plugin', async () => {
  const wrong = defineCompressor({
    name: 'wrong',
    summary: 'for tests',
    options: {},
    compress: async () => dense(1, 1, new Float32Array(1))
  })
  await expect(compress(matrix, wrong())).rejects.toThrow('wrong returned a 1 × 1 table for a 5 × 2 matrix')
})

test('without an engine of the caller, every leaf of the result can be read', async () => {
  const { table } = await compress(matrix, halves())
  const row = new Float32Array(2)
  table.readRow(4, row)
  expect([...row]).toEqual([4, 5])
  const keep = defineCompressor({
    name: 'keep',
    summary: 'leave the matrix as it is',
    options: {},
    compress: async (matrix) => denseOf(matrix)
  })
  const kept = await compress(matrix, keep())
  kept.table.readRow(1, row)
  expect([...row]).toEqual([-2, -1])
})

test('an aborted run stops with one error', async () => {
  await expect(compress(matrix, signs(), { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'aborted' })
})

test('the kit passes a compressor that conforms, and names what another breaks', async () => {
  expect(await conforms(signs())).toHaveLength(15)
  let calls = 0
  const careless = defineCompressor({
    name: 'careless',
    summary: 'for tests',
    options: {},
    async compress({ rows, dim, read }) {
      for (let row = 0; row < rows; row++) await read(row, 1)
      return dense(rows, dim, new Float32Array(rows * dim).fill(calls++ === 0 ? Number.NaN : calls))
    }
  })
  const error = await conforms(careless()).then(
    () => '',
    (reason: Error) => reason.message
  )
  expect(error).toContain('fewer bytes than the matrix')
  expect(error).toContain('same seed gives the same bytes')
  expect(error).toContain('interrupted reads no further: it read 119 times more')
})

test('weights that are none are refused before any work', async () => {
  const { calls, plugin } = recorder()
  for (const [odd, message] of [
    [Float32Array.of(1, 2), 'expected 5 weights, one for each row, not 2'],
    [Float32Array.of(1, 2, -3, 4, 5), 'weight 2 is -3, expected a finite number of 0 or more'],
    [Float32Array.of(1, 2, 3, 4, Number.NaN), 'weight 4 is NaN, expected a finite number of 0 or more']
  ] as const) {
    await expect(compress(matrix, plugin(), { weights: odd })).rejects.toMatchObject({ code: 'bad-input', message })
  }
  expect(calls).toEqual([])
})

test('a stage reports that it begins, before it has done anything', async () => {
  const seen: [string, number, number][] = []
  const onProgress = (stage: string, done: number, total: number) => seen.push([stage, done, total])
  const { plugin } = recorder()
  await compress(matrix, pipeline(halves(), plugin()), { onProgress })
  for (const name of ['halves', 'record']) expect(seen.find(([stage]) => stage === name)).toEqual([name, 0, 10])
})

test('what a stage throws that is no error of ours names the stage', async () => {
  const failing = (thrown: unknown) =>
    defineCompressor({
      name: 'failing',
      summary: 'for tests',
      options: {},
      async compress() {
        throw thrown
      }
    })()
  for (const [thrown, message] of [
    [new TypeError('no luck'), 'no luck'],
    ['no luck', 'no luck'],
    [undefined, 'undefined']
  ] as const) {
    const run = compress(matrix, pipeline(halves(), at('0', failing(thrown))))
    await expect(run).rejects.toMatchObject({
      code: 'plugin-failed',
      message: `stage "0/failing" failed: ${message}`,
      cause: thrown
    })
  }
  const own = new SlimbedError('bad-input', 'said by the stage itself')
  await expect(compress(matrix, failing(own))).rejects.toBe(own)
})

import { expect, test } from 'vitest'
import { isOutOfMemory } from '../../src/errors.js'
import { type Compressor, checkMemory, createTensor, denseOf, matrixFrom } from '../../src/index.js'
import { applyStage } from '../../src/plugins.js'

/** What a function throws. */
function thrown(run: () => unknown): unknown {
  try {
    run()
  } catch (error) {
    return error
  }
  return undefined
}

test('memory that cannot be had is told from other faults', () => {
  expect(isOutOfMemory(thrown(() => new Float64Array(2 ** 50)))).toBe(true)
  expect(isOutOfMemory(thrown(() => new ArrayBuffer(2 ** 53 - 1)))).toBe(true)
  expect(isOutOfMemory(thrown(() => new Array(-1)))).toBe(true)
  expect(isOutOfMemory(thrown(() => (1).toFixed(200)))).toBe(false)
  expect(isOutOfMemory(new Error('Array buffer allocation failed'))).toBe(false)
})

test('a stage that asks for too much is named, with the size of the matrix', async () => {
  const greedy: Compressor = { name: 'greedy', config: {}, compress: async () => new Float32Array(2 ** 50) as never }
  const tensor = await createTensor({ backend: 'cpu' })
  const context = { path: [], tensor, seed: 0, random: Math.random, progress: () => {} }
  const run = applyStage(denseOf(matrixFrom(2, 3, new Float32Array(6))), greedy, context)
  await expect(run).rejects.toThrow(
    expect.objectContaining({
      code: 'too-large',
      message: expect.stringMatching(/^stage "greedy": too large for memory: 2 × 3 needs more than there is/)
    })
  )
  await tensor.close()
})

test('what is larger than the limit is refused in a line that says what to do', () => {
  expect(() => checkMemory('a table', 2 ** 31)).not.toThrow()
  expect(() => checkMemory('a table', 3e12, 'use fewer rows')).toThrow(
    'too large for memory: a table needs 3 TB; use fewer rows'
  )
})

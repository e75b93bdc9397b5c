import * as tf from '@tensorflow/tfjs-core'
import { afterEach, expect, it, vi } from 'vitest'
import { createTensor } from '../../src/index.js'
import type { Backend } from '../../src/tensor/backends.js'
import { presentBackends } from './present.js'
import { gramOf, matrixOf, randomDense, relative } from './reference.js'

const { present, absent } = await presentBackends()

afterEach(() => vi.restoreAllMocks())

it('takes the fastest engine present and says so', async () => {
  const notes: string[] = []
  const tensor = await createTensor({ onNote: (note) => notes.push(note) })
  expect(tensor.backend).toBe(present[0])
  expect(notes).toEqual([expect.stringMatching(new RegExp(`^computing on ${present[0]}`))])
  await tensor.close()
})

it.each(absent)('%s is absent and says what to install', async (backend) => {
  await expect(createTensor({ backend })).rejects.toMatchObject({ code: 'missing-package' })
  await expect(createTensor({ backend })).rejects.toThrow(
    /needs .*, which is not installed: npm install |does not load here/
  )
})

it('refuses unknown engines and odd numbers of threads', async () => {
  await expect(createTensor({ backend: 'abacus' as Backend })).rejects.toThrow('backend must be auto, ')
  await expect(createTensor({ threads: 0 })).rejects.toThrow('threads must be a whole number from 1, not 0')
  await expect(createTensor({ threads: 1.5 })).rejects.toMatchObject({ code: 'bad-option' })
})

it('prints nothing and leaves no handlers of errors behind', async () => {
  const spies = (['log', 'warn', 'error', 'info'] as const).map((name) => vi.spyOn(console, name))
  const handlers = () =>
    ['uncaughtException', 'unhandledRejection'].map((event) => process.listeners(event as 'uncaughtException').length)
  const before = handlers()
  for (const backend of present) {
    const tensor = await createTensor({ backend })
    await tensor.gram(matrixOf(randomDense(10, 3, 1)))
    await tensor.close()
  }
  for (const spy of spies) expect(spy).not.toHaveBeenCalled()
  expect(handlers()).toEqual(before)
})

it('runs engines side by side, with a program that uses tfjs itself', async () => {
  const wasm = await createTensor({ backend: 'wasm', threads: 1 })
  const cpu = await createTensor({ backend: 'cpu' })
  await tf.setBackend('cpu')
  const a = randomDense(5000, 9, 2)
  const before = tf.memory().numTensors
  const mine = tf.tensor1d([1, 2])
  const sums = await Promise.all([wasm, cpu, wasm, cpu].map((tensor) => tensor.gram(matrixOf(a))))
  for (const [sum] of sums) expect(relative(sum, gramOf(a))).toBeLessThan(1e-6)
  expect(tf.getBackend()).toBe('cpu')
  expect([...tf.tidy(() => tf.square(mine).dataSync())]).toEqual([1, 4])
  tf.dispose(mine)
  expect(tf.memory().numTensors).toBe(before)
  await wasm.close()
  expect(relative((await cpu.gram(matrixOf(a)))[0], gramOf(a))).toBeLessThan(1e-6)
  await cpu.close()
})

it('keeps no tensors', async () => {
  for (const backend of ['wasm', 'cpu'] as const) {
    const tensor = await createTensor({ backend, threads: 1 })
    const work = async () => {
      const a = matrixOf(randomDense(5000, 20, 3))
      await tensor.gram(a)
      await tensor.project(a, randomDense(4, 20, 4))
      await tensor.residual(a, [randomDense(4, 20, 5)])
      await expect(tensor.gram(a, { signal: AbortSignal.abort() })).rejects.toThrow()
    }
    await work()
    const before = tf.memory()
    await work()
    expect(tf.memory().numTensors).toBe(before.numTensors)
    expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers)
    await tensor.close()
  }
})

import { type Context, randomAt, type TensorAdapter } from '@slimbed/core'
import { floatsToPython, pythonWith, runPython as runIn } from '@slimbed/testing'

export { falling, hasVectors, readVectors, vectorsFile } from '@slimbed/testing'

const python = pythonWith('numpy')

/** Whether there is a Python with NumPy. */
export const hasNumpy = python !== undefined

/** What a Python program prints as JSON, with float32 arrays as its standard input. */
export const runPython = (program: string, ...input: Float32Array[]): unknown =>
  runIn(python, ['-c', program], floatsToPython(...input))

/** A context at the root, with what a test adds to it. */
export const contextWith = (tensor: TensorAdapter, more: Partial<Context> = {}): Context => ({
  path: [],
  tensor,
  random: randomAt(0),
  seed: 0,
  progress: () => {},
  ...more
})

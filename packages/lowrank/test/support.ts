import { floatsToPython, pythonWith, runPython as runIn } from '@slimbed/testing'

export { contextWith, falling, hasVectors, readVectors, vectorsFile } from '@slimbed/testing'

const python = pythonWith('numpy')

/** Whether there is a Python with NumPy. */
export const hasNumpy = python !== undefined

/** What a Python program prints as JSON, with float32 arrays as its standard input. */
export const runPython = (program: string, ...input: Float32Array[]): unknown =>
  runIn(python, ['-c', program], floatsToPython(...input))

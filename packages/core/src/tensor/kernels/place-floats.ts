import { compiledKernels, reserve } from './instance.js'

/** Float64 arrays in the kernels' memory, valid until its next use, and where each begins. */
export interface Placed {
  readonly kernels: NonNullable<ReturnType<typeof compiledKernels>>
  readonly places: readonly number[]
  readonly arrays: readonly Float64Array[]
}

/** The most bytes to copy: the kernels' memory grows to hold them and never shrinks. */
const mostBytes = 256 * 2 ** 20

/**
 * Copies of arrays in the kernels' memory, which last until its next use; undefined where the kernels do not run, or the arrays are
 * large, and the same is to be computed in JavaScript.
 */
export function place(...given: readonly Float64Array[]): Placed | undefined {
  const sizes = given.map(({ byteLength }) => byteLength)
  const kernels = sizes.reduce((sum, size) => sum + size, 0) <= mostBytes ? compiledKernels() : undefined
  if (!kernels) return undefined
  const places = reserve(kernels, ...sizes)
  const arrays = given.map((array, i) => {
    const own = new Float64Array(kernels.memory.buffer, places[i], array.length)
    own.set(array)
    return own
  })
  return { kernels, places, arrays }
}

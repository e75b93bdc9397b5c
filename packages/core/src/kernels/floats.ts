import { compiledKernels, reserve } from './instance.js'

/** Arrays of float64 in the kernels' memory, until the next use of it, and where each begins. */
export interface Placed {
  readonly kernels: NonNullable<ReturnType<typeof compiledKernels>>
  readonly places: readonly number[]
  readonly arrays: readonly Float64Array[]
}

/** Copies of arrays in the kernels' memory, which last until its next use; undefined where the kernels do not run. */
export function place(...given: readonly Float64Array[]): Placed | undefined {
  const kernels = compiledKernels()
  if (!kernels) return undefined
  const places = reserve(kernels, ...given.map(({ byteLength }) => byteLength))
  const arrays = given.map((array, i) => {
    const own = new Float64Array(kernels.memory.buffer, places[i]!, array.length)
    own.set(array)
    return own
  })
  return { kernels, places, arrays }
}

import { compiledKernels, forBlocks, reserve } from './instance.js'

/** The ends of the values of each group of columns of each row: `rows × ⌈dim / groupSize⌉`, both NaN where a value is not finite. */
export interface Ranges {
  readonly min: Float32Array
  readonly max: Float32Array
}

/** `rangesOf`, in JavaScript. */
export function plainRanges(values: Float32Array, dim: number, groupSize: number): Ranges {
  const groups = Math.ceil(dim / groupSize)
  const rows = values.length / dim
  const min = new Float32Array(rows * groups)
  const max = new Float32Array(rows * groups)
  for (let i = 0, at = 0; i < rows * groups; i++) {
    let low = Infinity
    let high = -Infinity
    for (const end = at + Math.min(groupSize, dim - (at % dim)); at < end; at++) {
      low = Math.min(low, values[at])
      high = Math.max(high, values[at])
    }
    const finite = high - low < Infinity
    // Adding 0 makes one zero of the two, which compare as equal.
    min[i] = finite ? low + 0 : NaN
    max[i] = finite ? high + 0 : NaN
  }
  return { min, max }
}

/** The least and the largest value of each group of `groupSize` columns (the last may be narrower) of whole rows of `dim` values. */
export function rangesOf(values: Float32Array, dim: number, groupSize: number): Ranges {
  const kernels = compiledKernels()
  if (!kernels) return plainRanges(values, dim, groupSize)
  const groups = Math.ceil(dim / groupSize)
  const rows = values.length / dim
  const min = new Float32Array(rows * groups)
  const max = new Float32Array(rows * groups)
  forBlocks(rows, dim, (start, count) => {
    const size = count * groups
    const [x, low, high] = reserve(kernels, count * dim * 4, size * 4, size * 4) as [number, number, number]
    const { buffer } = kernels.memory
    new Float32Array(buffer, x, count * dim).set(values.subarray(start * dim, (start + count) * dim))
    kernels.ranges(x, count, dim, groupSize, low, high)
    min.set(new Float32Array(buffer, low, size), start * groups)
    max.set(new Float32Array(buffer, high, size), start * groups)
  })
  return { min, max }
}

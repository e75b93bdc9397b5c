import { compiledKernels, forBlocks, reserve } from './instance.js'

const exponent = 0x7f800000

/** `areFinite`, in JavaScript. */
export function plainFinite(values: Float32Array): boolean {
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length)
  // Adding one to an exponent of all ones reaches the sign.
  let any = 0
  for (let i = 0; i < bits.length; i++) any |= ((bits[i] & exponent) + 0x00800000) | 0
  return any >= 0
}

/** Whether no value is NaN or infinite. */
export function areFinite(values: Float32Array): boolean {
  const kernels = compiledKernels()
  if (!kernels) return plainFinite(values)
  let finite = true
  forBlocks(values.length, 1, (start, count) => {
    if (!finite) return
    const [x] = reserve(kernels, count * 4) as [number]
    new Float32Array(kernels.memory.buffer, x, count).set(values.subarray(start, start + count))
    // A boolean comes as 0 or 1.
    finite = kernels.finite(x, count) !== 0
  })
  return finite
}

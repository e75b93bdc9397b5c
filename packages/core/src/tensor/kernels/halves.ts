import { fromFloat16 } from '@slimbed/runtime'
import { toFloat16 } from '../../bits/half-floats.js'
import { compiledKernels, reserve } from './instance.js'

/** Values from which on the kernel is worth its call, and of which it takes a multiple. */
const [many, atOnce] = [64, 8]

/** `exactHalves`, in JavaScript. */
export function plainExactHalves(values: Float32Array): Uint16Array | undefined {
  const halves = toFloat16(values)
  for (let i = 0; i < halves.length; i++) if (fromFloat16(halves[i]) !== values[i]) return undefined
  return halves
}

/** Values as float16, if that rounds none of them. */
export function exactHalves(values: Float32Array): Uint16Array | undefined {
  const { length } = values
  const kernels = length < many ? undefined : compiledKernels()
  if (!kernels) return plainExactHalves(values)
  const room = Math.ceil(length / atOnce) * atOnce
  const [x, out] = reserve(kernels, 4 * room, 2 * room) as [number, number]
  const { buffer } = kernels.memory
  new Float32Array(buffer, x, length).set(values)
  new Float32Array(buffer, x + 4 * length, room - length).fill(0)
  // Numbers below the normal ones are left to JavaScript.
  return kernels.halves(x, room, out) ? new Uint16Array(buffer, out, length).slice() : plainExactHalves(values)
}

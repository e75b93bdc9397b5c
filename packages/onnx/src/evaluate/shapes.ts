import { SlimbedError } from '@slimbed/core'
import type { Attribute } from '../model/node.js'
import { types } from '../model/types.js'
import { arrayFor, elementsIn, numbersOf, type Operand } from './array.js'

export type Attributes = ReadonlyMap<string, Attribute>

const refuse = (what: string): never => {
  throw new SlimbedError('corrupt-file', what)
}

/** The axis that an attribute names, counted from the front. */
export function axisOf(attributes: Attributes, rank: number, otherwise?: number): number {
  const given = attributes.get('axis')?.i ?? otherwise ?? refuse('an axis is missing')
  const axis = given < 0 ? given + rank : given
  return axis >= 0 && axis < rank ? axis : refuse(`axis ${given} of ${rank}`)
}

/** `Gather`. */
export function gather([data, indices]: readonly Operand[], attributes: Attributes): Operand {
  const axis = axisOf(attributes, data.dims.length, 0)
  const outer = elementsIn(data.dims.slice(0, axis))
  const inner = elementsIn(data.dims.slice(axis + 1))
  const size = data.dims[axis]
  const dims = [...data.dims.slice(0, axis), ...indices.dims, ...data.dims.slice(axis + 1)]
  const out = arrayFor(data.type, elementsIn(dims))
  let at = 0
  for (let i = 0; i < outer; i++) {
    for (let j = 0; j < indices.data.length; j++) {
      const given = indices.data[j]
      const index = given < 0 ? given + size : given
      if (!(index >= 0 && index < size)) refuse(`index ${given} of ${size}`)
      let from = (i * size + index) * inner
      for (const end = from + inner; from < end; from++, at++) out[at] = data.data[from]
    }
  }
  return { type: data.type, dims, data: out }
}

/** `Reshape`. */
export function reshape([data, shape]: readonly Operand[]): Operand {
  const dims = numbersOf(shape).map((size, i) => (size === 0 ? (data.dims[i] ?? 0) : size))
  const open = dims.indexOf(-1)
  if (open >= 0) dims[open] = data.data.length / (elementsIn(dims.toSpliced(open, 1)) || 1)
  if (elementsIn(dims) !== data.data.length) refuse(`[${data.dims}] cannot be reshaped to [${numbersOf(shape)}]`)
  return { ...data, dims }
}

/** `Concat`. */
export function concat(inputs: readonly Operand[], attributes: Attributes): Operand {
  const [{ type, dims: first }] = inputs
  const axis = axisOf(attributes, first.length)
  const dims = first.with(
    axis,
    inputs.reduce((sum, { dims }) => sum + dims[axis], 0)
  )
  const out = arrayFor(type, elementsIn(dims))
  const outer = elementsIn(dims.slice(0, axis))
  const inner = elementsIn(dims.slice(axis + 1))
  let at = 0
  for (let i = 0; i < outer; i++) {
    for (const { dims, data } of inputs) {
      const length = dims[axis] * inner
      for (let from = i * length; from < (i + 1) * length; from++, at++) out[at] = data[from]
    }
  }
  return { type, dims, data: out }
}

/** `Transpose`. */
export function transpose([{ type, dims, data }]: readonly Operand[], attributes: Attributes): Operand {
  const given = attributes.get('perm')?.ints ?? []
  const perm = given.length > 0 ? given : dims.map((_, i) => dims.length - 1 - i)
  if (perm.length !== dims.length || new Set(perm).size !== perm.length) refuse(`an order of [${perm}] for [${dims}]`)
  const made = perm.map((axis) => dims[axis] ?? refuse(`axis ${axis} of ${dims.length}`))
  const out = arrayFor(type, elementsIn(made))
  const strides = perm.map((axis) => elementsIn(dims.slice(axis + 1)))
  const place = made.map(() => 0)
  for (let at = 0, from = 0; at < out.length; at++) {
    out[at] = data[from]
    for (let i = made.length - 1; i >= 0; i--) {
      from += strides[i]
      if (++place[i] < made[i]) break
      from -= strides[i] * made[i]
      place[i] = 0
    }
  }
  return { type, dims: made, data: out }
}

/** `Shape`. */
export const shape = ([{ dims }]: readonly Operand[]): Operand => ({
  type: types.INT64,
  dims: [dims.length],
  data: Float64Array.from(dims)
})

/** `NonZero` of one dimension. */
export function nonZero([{ dims, data }]: readonly Operand[]): Operand {
  if (dims.length !== 1) refuse(`NonZero of [${dims}]`)
  const found: number[] = []
  for (let i = 0; i < data.length; i++) if (data[i] !== 0) found.push(i)
  return { type: types.INT64, dims: [1, found.length], data: Float64Array.from(found) }
}

/** `ScatterElements` of one dimension. */
export function scatter([data, indices, updates]: readonly Operand[]): Operand {
  if (data.dims.length !== 1) refuse(`ScatterElements of [${data.dims}]`)
  const out = data.data.slice()
  for (let i = 0; i < indices.data.length; i++) out[indices.data[i]] = updates.data[i]
  return { ...data, data: out }
}

/** `Range`. */
export function range([start, limit, step]: readonly Operand[]): Operand {
  const [first, end, by] = [start.data[0], limit.data[0], step.data[0]]
  const count = elementsIn([Math.max(0, Math.ceil((end - first) / by))])
  const out = arrayFor(start.type, count)
  for (let i = 0; i < count; i++) out[i] = first + i * by
  return { type: start.type, dims: [count], data: out }
}

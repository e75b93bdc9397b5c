import { floatsOf, SlimbedError } from '@slimbed/core'
import { fail, listOf, numberOf, objectOf, textOf } from './check.js'
import type { Quantization, Weight, WeightSpec } from './types.js'

/** Bytes of an element of each type that a weight is stored in. Text has lengths of its own. */
const elementBytes = new Map([
  ['float32', 4],
  ['int32', 4],
  ['bool', 1],
  ['complex64', 8],
  ['uint8', 1],
  ['uint16', 2],
  ['float16', 2]
])

function quantizationOf(value: unknown, name: string): Quantization {
  const { dtype, min, scale, original_dtype } = objectOf(value, `the quantization of weight "${name}"`)
  if (dtype === 'float16') return { dtype }
  if (dtype !== 'uint8' && dtype !== 'uint16') {
    throw new SlimbedError('unsupported', `weight "${name}" is stored as ${JSON.stringify(dtype)}`)
  }
  const grid = { min: numberOf(min, `min of weight "${name}"`), scale: numberOf(scale, `scale of weight "${name}"`) }
  return { dtype, ...grid, ...(typeof original_dtype === 'string' && { original_dtype }) }
}

function specOf(value: unknown): WeightSpec {
  const { name: given, shape, dtype, quantization } = objectOf(value, 'a weight of the manifest')
  const name = textOf(given, 'the name of a weight')
  const sizes = listOf(shape, `the shape of weight "${name}"`).map((size) =>
    Number.isSafeInteger(size) && Number(size) >= 0 ? Number(size) : fail(`weight "${name}" has a size of ${size}`)
  )
  const spec = { name, shape: sizes, dtype: textOf(dtype, `the type of weight "${name}"`) }
  return quantization === undefined ? spec : { ...spec, quantization: quantizationOf(quantization, name) }
}

/** How many elements a shape has. */
export const countOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1)

/** Bytes of text: a length of four bytes before each. */
function textBytes(count: number, data: Uint8Array, start: number, name: string): number {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  let at = start
  for (let i = 0; i < count; i++) {
    if (at + 4 > data.length) fail(`weight "${name}" ends after its data`)
    at += 4 + view.getUint32(at, true)
  }
  return at - start
}

function bytesOf({ name, shape, dtype, quantization }: WeightSpec, data: Uint8Array, start: number): number {
  const count = countOf(shape)
  if (dtype === 'string') return textBytes(count, data, start, name)
  const each = elementBytes.get(quantization?.dtype ?? dtype)
  if (each === undefined)
    throw new SlimbedError('unsupported', `weight "${name}" is of the type ${JSON.stringify(dtype)}`)
  return count * each
}

/** Files of a group, one after another. */
export type ReadShard = (path: string) => Promise<Uint8Array>

/** Whether a path stays in the folder of the model. */
const isInside = (path: string): boolean =>
  path !== '' && !/^[/\\]|^[A-Za-z][A-Za-z0-9+.-]*:/.test(path) && !path.split(/[/\\]/).includes('..')

async function dataOf(paths: readonly unknown[], read: ReadShard): Promise<Uint8Array> {
  const shards: Uint8Array[] = []
  for (const path of paths) {
    const name = textOf(path, 'the path of a file of weights')
    if (!isInside(name)) fail(`the file of weights ${JSON.stringify(name)} is not in the folder of the model`)
    shards.push(await read(name))
  }
  const data = new Uint8Array(shards.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const shard of shards) {
    data.set(shard, at)
    at += shard.length
  }
  return data
}

/**
 * The weights of a manifest, in its order. `read` gives the bytes of a file. Rejects with `corrupt-file` where files and manifest do not agree, `unsupported` for
 * types that are not known, and as `read` does.
 */
export async function readWeights(manifest: unknown, read: ReadShard): Promise<Map<string, Weight>> {
  const found = new Map<string, Weight>()
  for (const group of listOf(manifest, 'weightsManifest')) {
    const { paths, weights } = objectOf(group, 'a group of weightsManifest')
    const data = await dataOf(listOf(paths, 'the paths of weights'), read)
    let at = 0
    for (const value of listOf(weights, 'the weights of a group')) {
      const spec = specOf(value)
      const size = bytesOf(spec, data, at)
      if (at + size > data.length) {
        fail(`weight "${spec.name}" ends at byte ${at + size} of its files, which have ${data.length}`)
      }
      if (found.has(spec.name)) fail(`there are two weights "${spec.name}"`)
      found.set(spec.name, { spec, bytes: data.subarray(at, at + size) })
      at += size
    }
    if (at !== data.length) fail(`the files of weights have ${data.length} bytes, the manifest speaks of ${at}`)
  }
  return found
}

/** Numbers of an array that begins anywhere. */
function numbersIn(bytes: Uint8Array, each: 1 | 2): Uint8Array | Uint16Array {
  return each === 1 ? bytes : new Uint16Array(bytes.slice().buffer)
}

/** The values of a float32 weight, as tfjs has them once it is loaded. */
export function floatsOfWeight({ spec, bytes }: Weight): Float32Array {
  const { quantization } = spec
  if (!quantization) return new Float32Array(bytes.slice().buffer)
  const { dtype, scale = 1, min = 0 } = quantization
  const numbers = numbersIn(bytes, dtype === 'uint8' ? 1 : 2)
  if (dtype !== 'float16') return Float32Array.from(numbers, (number) => number * scale + min)
  return floatsOf({ dtype: 'F16', shape: [numbers.length], data: Uint16Array.from(numbers) })
}

/** The one whole number of a weight; undefined for any other. */
export function wholeOf(weight: Weight | undefined): number | undefined {
  if (weight?.spec.dtype !== 'int32' || weight.spec.quantization || weight.bytes.length !== 4) return undefined
  return new DataView(weight.bytes.buffer, weight.bytes.byteOffset, 4).getInt32(0, true)
}

/** How a weight is stored, in a word. */
export const storedAs = ({ dtype, quantization }: WeightSpec): string => quantization?.dtype ?? dtype

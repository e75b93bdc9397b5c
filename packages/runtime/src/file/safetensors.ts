import { fail, isInteger, isObject, parseObject, quote } from '../check.js'
import type { Json, JsonObject } from '../table/table.js'
import { elements } from '../table/tensor.js'

/** Where one tensor lies in a safetensors file. */
export interface SafetensorsEntry {
  readonly name: string
  /** The element type as the file names it, known or not. */
  readonly dtype: string
  readonly shape: readonly number[]
  /** First byte, from the start of the file. */
  readonly begin: number
  /** One past the last byte. */
  readonly end: number
}

/** The header of a safetensors file. */
export interface SafetensorsHeader {
  /** Where the data buffer begins: 8 + N. */
  readonly dataStart: number
  readonly tensors: ReadonlyMap<string, SafetensorsEntry>
  readonly metadata: ReadonlyMap<string, string>
}

/** The bits of an element are in the name of its type, as in `U16` and `F8_E4M3`, but for `BOOL`. */
const elementBits = (dtype: string): number | undefined =>
  dtype === 'BOOL' ? 8 : Number(/^(?:BF|[FIUC])(8|16|32|64)(?:_|$)/.exec(dtype)?.[1]) || undefined

/** The most bytes of a header, as in the reference implementation. */
const maxHeader = 100_000_000

/**
 * Where the data buffer of a safetensors file begins, from its first 8 bytes and its size; the header lies before it.
 *
 * Throws `corrupt-file` when the file cannot have such a header.
 */
export function safetensorsDataStart(bytes: Uint8Array, size: number): number {
  let length = Infinity
  if (size >= 8 && bytes.length >= 8) {
    length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true))
  }
  if (length <= Math.min(size - 8, maxHeader)) return 8 + length
  return fail(
    'corrupt-file',
    `byte 0: a header of ${length} bytes does not fit into ${size}: truncated, or not a safetensors file`
  )
}

const isSize = (size: unknown) => isInteger(size, 0, Number.MAX_SAFE_INTEGER)

function parseEntry(name: string, value: Json, dataStart: number, size: number): SafetensorsEntry {
  const where = `tensor ${quote(name)}`
  const { dtype, shape, data_offsets: offsets }: JsonObject = isObject(value) ? value : {}
  if (typeof dtype !== 'string') {
    fail('corrupt-file', `${where}: expected an object with dtype, a string, shape and data_offsets`)
  }
  const count = Array.isArray(shape) && shape.length <= 64 && shape.every(isSize) ? elements(shape) : Infinity
  if (!isSize(count)) fail('corrupt-file', `${where}: shape must be a list of sizes with a product below 2^53`)
  const room = size - dataStart
  const [begin, end] = Array.isArray(offsets) && offsets.length === 2 ? offsets : []
  if (!isInteger(begin, 0, room) || !isInteger(end, begin, room)) {
    fail(
      'corrupt-file',
      `${where}: data_offsets must be two rising offsets within the ${room} bytes of data: truncated?`
    )
  }
  const given = end - begin
  const bits = elementBits(dtype)
  const bytes = bits ? (count * bits) / 8 : given
  if (bytes !== given) {
    fail(
      'corrupt-file',
      `${where}: ${count} elements of ${quote(dtype)} take ${bytes} bytes, data_offsets give ${given}`
    )
  }
  return { name, dtype, shape: shape as number[], begin: dataStart + begin, end: dataStart + end }
}

/** Throws `corrupt-file` unless the tensors cover the data buffer without gap or overlap. */
function checkCoverage(tensors: Iterable<SafetensorsEntry>, dataStart: number, size: number): void {
  let at = dataStart
  for (const { name, begin, end } of [...tensors].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== at) fail('corrupt-file', `tensor ${quote(name)}: expected to begin at byte ${at}, not ${begin}`)
    at = end
  }
  if (at !== size) fail('corrupt-file', `the tensors end at byte ${at}, the file at ${size}`)
}

/**
 * The header of a safetensors file, from its first bytes (the header at least) and its size; any element type is accepted.
 *
 * With `strict`, the tensors must cover the data buffer without gap or overlap. Throws `corrupt-file`.
 */
export function parseSafetensors(
  bytes: Uint8Array,
  size: number,
  options: { readonly strict?: boolean } = {}
): SafetensorsHeader {
  const dataStart = safetensorsDataStart(bytes, size)
  if (bytes.length < dataStart) fail('bad-input', `expected the ${dataStart} bytes of the header, got ${bytes.length}`)
  const json = parseObject(bytes.slice(8, dataStart), `bytes 8 to ${dataStart}: the header of a safetensors file`)
  const tensors = new Map<string, SafetensorsEntry>()
  const metadata = new Map<string, string>()
  for (const [name, value] of Object.entries(json)) {
    if (name !== '__metadata__') {
      tensors.set(name, parseEntry(name, value, dataStart, size))
      continue
    }
    // As in the reference implementation, null means that there is no metadata.
    if (value === null) continue
    if (!isObject(value)) fail('corrupt-file', '__metadata__ must be an object of strings')
    for (const [key, text] of Object.entries(value)) {
      if (typeof text !== 'string') fail('corrupt-file', `__metadata__: ${quote(key)} must be a string`)
      metadata.set(key, text)
    }
  }
  if (options.strict) checkCoverage(tensors.values(), dataStart, size)
  return { dataStart, tensors, metadata }
}

import { type SafetensorsEntry, type SafetensorsHeader, SlimbedError } from '@slimbed/runtime'
import { matches } from '../open/select-tensors.js'

/** Types of half floats that tables are written in. */
export type HalfType = 'F16' | 'BF16'

/** A tensor of a file that is written: where it was, and where it goes. */
export interface Placed {
  readonly entry: SafetensorsEntry
  readonly dtype: string
  /** First byte. */
  readonly to: number
  readonly bytes: number
}

/** A file to write: all before its data, and its tensors in the order of the data. */
export interface SafetensorsPlan {
  readonly header: Uint8Array
  readonly tensors: readonly Placed[]
  readonly size: number
}

/** Matrices of float32: others take no fewer bytes in half floats. */
export const matricesOf = ({ tensors }: Pick<SafetensorsHeader, 'tensors'>): SafetensorsEntry[] =>
  [...tensors.values()].filter(
    ({ dtype, shape }) => dtype === 'F32' && shape.length === 2 && shape.every((size) => size > 0)
  )

const shown = ({ name, dtype, shape }: SafetensorsEntry): string => `${name} ${dtype} [${shape.join(', ')}]`

/** The tables that patterns name, or the largest matrix. Throws `bad-input` where there is none, with those that there are. */
export function tablesOf(
  path: string,
  header: Pick<SafetensorsHeader, 'tensors'>,
  patterns: readonly string[]
): SafetensorsEntry[] {
  const matrices = matricesOf(header)
  const list = [...header.tensors.values()].slice(0, 8).map(shown).join(', ')
  if (matrices.length === 0) {
    throw new SlimbedError('bad-input', `${path}: there is no matrix of float32; its tensors: ${list}`)
  }
  const size = ({ begin, end }: SafetensorsEntry) => end - begin
  if (patterns.length === 0) return [matrices.reduce((a, b) => (size(b) > size(a) ? b : a))]
  for (const pattern of patterns) {
    if (matrices.some(({ name }) => matches(pattern, name))) continue
    throw new SlimbedError('bad-input', `${path}: no matrix of float32 is called "${pattern}"; its tensors: ${list}`)
  }
  return matrices.filter(({ name }) => patterns.some((pattern) => matches(pattern, name)))
}

/** Headers are a multiple of so many bytes. */
const alignment = 8

/** Plans a file in which some tensors are half floats: names, order and metadata stay. */
export function planSafetensors(
  { tensors, metadata }: SafetensorsHeader,
  tables: readonly SafetensorsEntry[],
  dtype: HalfType
): SafetensorsPlan {
  const chosen = new Set(tables)
  const inOrder = [...tensors.values()].sort((a, b) => a.begin - b.begin || a.end - b.end)
  let end = 0
  const places = new Map(
    inOrder.map((entry) => {
      const bytes = (entry.end - entry.begin) / (chosen.has(entry) ? 2 : 1)
      end += bytes
      return [entry, { entry, dtype: chosen.has(entry) ? dtype : entry.dtype, to: end - bytes, bytes }] as const
    })
  )
  // Names may be numbers, which objects would put first.
  const fields = [...tensors.values()].map((entry) => {
    const { dtype: type, to = 0, bytes = 0 } = places.get(entry) ?? {}
    const value = JSON.stringify({ dtype: type, shape: entry.shape, data_offsets: [to, to + bytes] })
    return `${JSON.stringify(entry.name)}:${value}`
  })
  if (metadata.size > 0) fields.unshift(`"__metadata__":${JSON.stringify(Object.fromEntries(metadata))}`)
  const text = new TextEncoder().encode(`{${fields.join(',')}}`)
  const length = Math.ceil(text.length / alignment) * alignment
  const header = new Uint8Array(8 + length).fill(0x20)
  new DataView(header.buffer).setBigUint64(0, BigInt(length), true)
  header.set(text, 8)
  const moved = [...places.values()].map((place) => ({ ...place, to: place.to + header.length }))
  return { header, tensors: moved, size: header.length + end }
}

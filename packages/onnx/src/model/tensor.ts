import { SlimbedError } from '@slimbed/core'
import { bytesOf, fieldsOf, numberOf, pushNumbers, textOf } from '../wire/reader.js'

/** Where a tensor's bytes lie outside the model's file. */
export interface External {
  readonly location: string
  readonly offset: number
  /** Undefined where the file ends with them. */
  readonly length: number | undefined
}

/** A tensor of a file: its header; the elements are still where they lie. */
export interface Stored {
  readonly name: string
  readonly type: number
  readonly dims: readonly number[]
  /** The message. */
  readonly bytes: Uint8Array
  readonly external: External | undefined
}

/** Field numbers of TensorProto. */
export const tensorFields = {
  dims: 1,
  type: 2,
  floats: 4,
  int32s: 5,
  int64s: 7,
  name: 8,
  raw: 9,
  doubles: 10,
  external: 13,
  location: 14
} as const

/** A pair of StringStringEntryProto. */
function entryOf(bytes: Uint8Array): [key: string, value: string] {
  const pair: [string, string] = ['', '']
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1 || field.number === 2) pair[field.number - 1] = textOf(bytes, field)
  }
  return pair
}

function externalOf(entries: ReadonlyMap<string, string>, name: string): External {
  const location = entries.get('location') ?? ''
  const offset = Number(entries.get('offset') ?? 0)
  const length = entries.has('length') ? Number(entries.get('length')) : undefined
  const whole = (value: number) => Number.isSafeInteger(value) && value >= 0
  const inside = location !== '' && !/^([\\/]|[A-Za-z]:)/.test(location) && !location.split(/[\\/]/).includes('..')
  if (inside && whole(offset) && (length === undefined || whole(length))) return { location, offset, length }
  throw new SlimbedError(
    'corrupt-file',
    `tensor ${JSON.stringify(name)}: its data cannot be in ${JSON.stringify(location)}`
  )
}

/** The header of a TensorProto. Throws `corrupt-file` for one that is none. */
export function readTensor(bytes: Uint8Array): Stored {
  const dims: number[] = []
  const entries = new Map<string, string>()
  let [name, type, location] = ['', 0, 0]
  for (const field of fieldsOf(bytes)) {
    if (field.number === tensorFields.dims && dims.length < 64) pushNumbers(bytes, field, dims)
    else if (field.number === tensorFields.type) type = numberOf(bytes, field)
    else if (field.number === tensorFields.name) name = textOf(bytes, field)
    else if (field.number === tensorFields.location) location = numberOf(bytes, field)
    else if (field.number === tensorFields.external) entries.set(...entryOf(bytesOf(bytes, field)))
  }
  return { name, type, dims, bytes, external: location === 1 ? externalOf(entries, name) : undefined }
}

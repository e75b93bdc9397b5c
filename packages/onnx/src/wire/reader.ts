import { SlimbedError } from '@slimbed/core'

/** One field of a protobuf message, and where it lies in the bytes: `[at, end)` with its tag, `[from, end)` its content. */
export interface Field {
  readonly number: number
  /** 0 varint, 1 eight bytes, 2 bytes of a given length, 5 four bytes. */
  readonly wire: number
  readonly at: number
  readonly from: number
  readonly end: number
}

const broken = (at: number, what: string): never => {
  throw new SlimbedError('corrupt-file', `not an ONNX file, or a damaged one: ${what} at byte ${at}`)
}

/** Reads varints: signed 64-bit integers, exact from −2⁵³ to 2⁵³. Throws `corrupt-file` where one does not end. */
export class Reader {
  at: number

  constructor(
    readonly bytes: Uint8Array,
    start = 0,
    readonly end: number = bytes.length
  ) {
    this.at = start
  }

  varint(): number {
    const parts = [0, 0, 0]
    for (let i = 0; i < 10; i++) {
      if (this.at >= this.end) break
      const byte = this.bytes[this.at++]
      parts[i >> 2] += (byte & 127) * 2 ** (7 * (i & 3))
      if (byte > 127) continue
      const [low, middle, high] = [parts[0], parts[1], parts[2] & 255]
      if (high < 128) return high * 2 ** 56 + middle * 2 ** 28 + low
      return -((255 - high) * 2 ** 56 + (2 ** 28 - 1 - middle) * 2 ** 28 + (2 ** 28 - low))
    }
    return broken(this.at, 'a number that does not end')
  }
}

/** How many bytes of content a field has whose tag says `wire`. */
function contentBytes(reader: Reader, wire: number): number {
  if (wire === 1) return 8
  if (wire === 5) return 4
  if (wire === 2) return reader.varint()
  return broken(reader.at, `a field of type ${wire}`)
}

/** The fields of a message in order, in one pass. Throws `corrupt-file` for what is no message. */
export function* fieldsOf(bytes: Uint8Array): Generator<Field> {
  const reader = new Reader(bytes)
  while (reader.at < bytes.length) {
    const at = reader.at
    const tag = reader.varint()
    const [number, wire] = [Math.floor(tag / 8), tag % 8]
    if (!(number >= 1 && number < 2 ** 29)) broken(at, 'a field without a number')
    let from = reader.at
    if (wire === 0) reader.varint()
    else {
      const length = contentBytes(reader, wire)
      from = reader.at
      if (!(length >= 0 && length <= bytes.length - from)) broken(at, 'a field that goes beyond the end')
      reader.at = from + length
    }
    yield { number, wire, at, from, end: reader.at }
  }
}

/** The content of a field. */
export const contentOf = (bytes: Uint8Array, { from, end }: Field): Uint8Array => bytes.subarray(from, end)

/** The content of a field that must be a message, bytes or text; throws `corrupt-file` for another. */
export function bytesOf(bytes: Uint8Array, field: Field): Uint8Array {
  if (field.wire !== 2) broken(field.at, `field ${field.number} is not a message`)
  return contentOf(bytes, field)
}

/** The number that a varint field holds; throws `corrupt-file` for a field of another type. */
export function numberOf(bytes: Uint8Array, field: Field): number {
  if (field.wire !== 0) broken(field.at, `field ${field.number} is not a number`)
  return new Reader(bytes, field.from, field.end).varint()
}

/** Appends the numbers of a repeated varint field, packed or not. */
export function pushNumbers(bytes: Uint8Array, field: Field, into: number[]): void {
  if (field.wire === 0) into.push(numberOf(bytes, field))
  else {
    bytesOf(bytes, field)
    for (const reader = new Reader(bytes, field.from, field.end); reader.at < reader.end; ) into.push(reader.varint())
  }
}

const utf8 = new TextDecoder('utf-8')

/** The text of a field. Bytes that are not UTF-8 become replacement characters. */
export const textOf = (bytes: Uint8Array, field: Field): string => utf8.decode(bytesOf(bytes, field))

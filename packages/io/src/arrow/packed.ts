import type { Source } from '@slimbed/runtime'
import type { Column, Span } from './buffers.js'
import { unpackLz4 } from './lz4.js'
import { checked } from './messages.js'

/** The most bytes of a buffer in memory. */
const mostBytes = 2 ** 31 - 1

/** The buffer of a file that was unpacked last. */
export interface Held {
  start: number
  bytes: Promise<Uint8Array> | undefined
}

/** A column, and where its buffers are. */
export interface Opened {
  readonly source: Source
  readonly columns: readonly Column[]
}

/** A buffer that is packed, and where it is among those that are unpacked. */
interface Packed {
  readonly own: Span
  /** Whether its bytes are as they are. */
  readonly plain: boolean
  readonly unpacked: Span
}

/** What a packed buffer says of itself in its first eight bytes: how long it is, or that it is not packed. */
async function packedAt(source: Source, { start, length }: Span, at: number): Promise<Packed> {
  if (length === 0) return { own: { start, length }, plain: true, unpacked: { start: at, length } }
  const own = { start: start + 8, length: length - 8 }
  const head = await source.read(start, Math.min(8, length))
  return checked(source, () => {
    const told = Number(new DataView(head.buffer, head.byteOffset, head.length).getBigInt64(0, true))
    const plain = told === -1
    if (!plain && !(told >= 0 && told <= mostBytes)) throw new RangeError(`a buffer of ${told} bytes`)
    return { own, plain, unpacked: { start: at, length: plain ? own.length : told } }
  })
}

/**
 * Columns whose buffers are packed with LZ4, as if these were one after another in a source. A buffer is unpacked where bytes of it are asked for; the last one is
 * `held`. Reads reject as the source does, and with `bad-input` for what is damaged.
 */
export async function unpackedColumns(source: Source, columns: readonly Column[], held: Held): Promise<Opened> {
  const buffers: Packed[] = []
  let size = 0
  const out: Column[] = []
  for (const column of columns) {
    const spans: Span[] = []
    for (const span of column.spans) {
      const packed = await packedAt(source, span, size)
      size += packed.unpacked.length
      buffers.push(packed)
      spans.push(packed.unpacked)
    }
    out.push({ ...column, spans })
  }

  function bytesOf({ own: { start, length }, unpacked }: Packed): Promise<Uint8Array> {
    if (held.bytes && held.start === start) return held.bytes
    const bytes = source.read(start, length).then((frame) => checked(source, () => unpackLz4(frame, unpacked.length)))
    // A read that failed is tried again.
    bytes.catch(() => {
      if (held.bytes === bytes) held.bytes = undefined
    })
    held.start = start
    held.bytes = bytes
    return bytes
  }

  const read: Source['read'] = async (offset, length) => {
    const buffer = buffers.find(({ unpacked }) => offset < unpacked.start + unpacked.length)
    if (!buffer || length === 0) return new Uint8Array(0)
    const at = offset - buffer.unpacked.start
    if (buffer.plain) return source.read(buffer.own.start + at, length)
    return (await bytesOf(buffer)).subarray(at, at + length)
  }
  return { source: { name: source.name, size, read }, columns: out }
}

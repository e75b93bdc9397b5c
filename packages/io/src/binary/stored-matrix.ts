import type { EightBitRows } from '@slimbed/core/blocks'
import type { Matrix } from '@slimbed/runtime'
import { checkRows } from '@slimbed/runtime/kinds'
import type { MaybeFile } from '../source/source.js'
import { eightBitType } from './eight-bits.js'
import { bytesOfElement, type ElementType, toFloat32 } from './elements.js'
import { checkFinite } from './finite.js'

/** Where a matrix lies in a file: `rows × dim` elements, without gaps, from byte `start`. */
export interface Stored {
  readonly rows: number
  readonly dim: number
  readonly type: ElementType
  readonly bigEndian?: boolean
  readonly start: number
}

/**
 * A matrix of a file whose reads reject with `bad-input` for NaN and infinities. Rows are checked when they are read for the first
 * time, as long as reading proceeds from the first row.
 */
export function whereFinite(unchecked: Matrix, name: string): Matrix {
  const { rows, dim } = unchecked
  /** Rows known to be finite: those before this one. */
  let checked = 0
  const read: Matrix['read'] = async (start, count, into) => {
    const values = await unchecked.read(start, count, into)
    if (start + count > checked) checkFinite(values, dim, start, name)
    if (start <= checked) checked = Math.max(checked, start + count)
    return values
  }
  return { rows, dim, read, unchecked }
}

/** Arrays that are kept for the next reads: passes read one block ahead. */
const mostSpare = 2

/** A row-major matrix whose rows are read from a source when asked for. Reads reject as those of `whereFinite`. */
export function storedMatrix(source: MaybeFile, { rows, dim, type, bigEndian, start: origin }: Stored): Matrix {
  const rowBytes = dim * bytesOfElement(type)
  /** Memory for bytes of reads that have ended, for the next ones. */
  const spare: Uint8Array[] = []
  const { whileOpen } = source
  const inFiles: EightBitRows['inFiles'] =
    whileOpen &&
    (async (start, count, work) => {
      checkRows(rows, start, count)
      const [at, length] = [origin + start * rowBytes, count * rowBytes]
      return whileOpen(at, length, (fd) => work([{ fd, at, length }]))
    })
  const eightBits: EightBitRows | undefined =
    type === 'F8_E4M3' || type === 'F8_E5M2'
      ? {
          type: eightBitType(type),
          read: async (start, count, into) => {
            checkRows(rows, start, count)
            return source.read(origin + start * rowBytes, count * rowBytes, { into })
          },
          inFiles
        }
      : undefined
  const unchecked: Matrix = {
    rows,
    dim,
    ...(eightBits && { eightBits }),
    async read(start, count, into) {
      checkRows(rows, start, count)
      const [from, size] = [origin + start * rowBytes, count * rowBytes]
      if (type === 'F32') {
        const room = into && new Uint8Array(into.buffer, into.byteOffset, into.byteLength)
        return toFloat32(await source.read(from, size, { into: room }), type, bigEndian)
      }
      const fitting = spare.findIndex(({ length }) => length >= size)
      const room = fitting < 0 ? new Uint8Array(size) : spare.splice(fitting, 1)[0]
      const bytes = await source.read(from, size, { into: room.subarray(0, size) })
      const values = toFloat32(bytes, type, bigEndian, into)
      // Smaller ones make room for larger ones.
      spare.push(room)
      if (spare.length > mostSpare) spare.sort((a, b) => b.length - a.length).pop()
      return values
    }
  }
  return whereFinite(unchecked, source.name)
}

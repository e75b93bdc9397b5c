import type { Matrix, Source } from '@slimbed/runtime'
import { checkRows } from '@slimbed/runtime/kinds'
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

/** A row-major matrix whose rows are read from a source when asked for. Reads reject as those of `whereFinite`. */
export function storedMatrix(source: Source, { rows, dim, type, bigEndian, start: origin }: Stored): Matrix {
  const rowBytes = dim * bytesOfElement(type)
  const unchecked: Matrix = {
    rows,
    dim,
    async read(start, count, into) {
      checkRows(rows, start, count)
      const room = into && type === 'F32' ? new Uint8Array(into.buffer, into.byteOffset, into.byteLength) : undefined
      const bytes = await source.read(origin + start * rowBytes, count * rowBytes, { into: room })
      return toFloat32(bytes, type, bigEndian)
    }
  }
  return whereFinite(unchecked, source.name)
}

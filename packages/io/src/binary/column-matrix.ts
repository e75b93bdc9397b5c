import type { Matrix, Source } from '@slimbed/runtime'
import { checkRows } from '@slimbed/runtime/kinds'
import { bytesOfElement, toFloat32 } from './elements.js'
import { type Stored, whereFinite } from './stored-matrix.js'

/** A block whose columns lie within this many bytes is read in one piece, with the other rows between them. */
const smallBytes = 2 ** 20

/**
 * A matrix that lies in a source column after column (Fortran order): a block of rows is a piece of every column. Only the block is
 * held in memory. Reads reject as those of `storedMatrix`.
 */
export function columnMatrix(source: Source, { rows, dim, type, bigEndian, start: origin }: Stored): Matrix {
  const size = bytesOfElement(type)
  /** Bytes of the elements `start .. start + count` of every column, and how far columns lie apart in them. */
  async function pieces(start: number, count: number): Promise<{ bytes: Uint8Array; stride: number }> {
    const at = (column: number) => origin + (column * rows + start) * size
    const whole = at(dim - 1) + count * size - at(0)
    if (count === rows || whole <= smallBytes) return { bytes: await source.read(at(0), whole), stride: rows }
    const bytes = new Uint8Array(dim * count * size)
    for (let column = 0; column < dim; column++) {
      bytes.set(await source.read(at(column), count * size), column * count * size)
    }
    return { bytes, stride: count }
  }
  const unchecked: Matrix = {
    rows,
    dim,
    async read(start, count, into) {
      checkRows(rows, start, count)
      const values = into ?? new Float32Array(count * dim)
      if (count === 0) return values
      const { bytes, stride } = await pieces(start, count)
      const columns = toFloat32(bytes, type, bigEndian)
      for (let column = 0; column < dim; column++) {
        for (let row = 0; row < count; row++) values[row * dim + column] = columns[column * stride + row]
      }
      return values
    }
  }
  return whereFinite(unchecked, source.name)
}

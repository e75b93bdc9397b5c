import { areFinite } from '@slimbed/core/numbers'
import { SlimbedError, type Source } from '@slimbed/runtime'
import { checkRows } from '@slimbed/runtime/kinds'
import type { StoredMatrix } from '../model.js'
import { type Codebooks, clusters, partsOf, type QuantizedMatrix, readQuantizedRows } from '../quantized.js'
import type { Forward } from './forward.js'

/** A number of rows or columns. */
function lengthAt(file: Forward, view: DataView, at: number): number {
  const value = view.getBigInt64(at, true)
  return value >= 0n && value < 2n ** 32n ? Number(value) : file.fail(`a matrix with a length of ${value}`)
}

const floatsOf = (bytes: Uint8Array): Float32Array => new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4)

async function readDense(file: Forward, source: Source): Promise<StoredMatrix> {
  const view = await file.take(16)
  const [rows, dim] = [lengthAt(file, view, 0), lengthAt(file, view, 8)]
  const start = file.at()
  file.skip(rows * dim * 4)
  return {
    kind: 'dense',
    rows,
    dim,
    async read(first, count, into) {
      checkRows(rows, first, count)
      const out = into ?? new Float32Array(count * dim)
      const room = new Uint8Array(out.buffer, out.byteOffset, 4 * count * dim)
      const bytes = await source.read(start + first * dim * 4, room.length, { into: room })
      if (bytes.buffer !== room.buffer || bytes.byteOffset !== room.byteOffset) room.set(bytes)
      return out
    }
  }
}

async function readCodebooks(file: Forward, dim: number): Promise<Codebooks> {
  const view = await file.take(16)
  const [columns, parts, width, last] = [0, 4, 8, 12].map((at) => view.getInt32(at, true))
  const fits = columns === dim && width >= 1 && parts === partsOf(dim, width) && last === dim - (parts - 1) * width
  if (!fits)
    file.fail(`codebooks of ${columns} columns in ${parts} parts of ${width} and ${last}; expected ${dim} columns`)
  return { dim, parts, width, centroids: floatsOf(await file.bytes(dim * clusters * 4)) }
}

async function readQuantized(file: Forward): Promise<QuantizedMatrix> {
  const view = await file.take(21)
  const scaled = view.getUint8(0)
  if (scaled > 1) file.fail(`norms: ${scaled}, expected 0 or 1`)
  const [rows, dim, size] = [lengthAt(file, view, 1), lengthAt(file, view, 9), view.getInt32(17, true)]
  if (dim < 1 || size < 0) file.fail(`${size} bytes of codes for ${rows} × ${dim}`)
  const codes = await file.bytes(size)
  const codebooks = await readCodebooks(file, dim)
  if (size !== rows * codebooks.parts) file.fail(`${size} bytes of codes for ${rows} rows of ${codebooks.parts}`)
  const quantized = { kind: 'quantized', rows, dim, codebooks, codes } as const
  if (scaled === 0) return quantized
  const norms = await file.bytes(rows)
  const { centroids: levels } = await readCodebooks(file, 1)
  return { ...quantized, norms: { codes: norms, levels } }
}

/** Whether the next matrix is quantized. */
export async function readFlag(file: Forward): Promise<boolean> {
  const flag = (await file.take(1)).getUint8(0)
  return flag > 1 ? file.fail(`quantized: ${flag}, expected 0 or 1`) : flag === 1
}

/** Reads a matrix; the rows of a plain one stay in the source. Rejects with `corrupt-file`. */
export const readMatrix = (file: Forward, source: Source, quantized: boolean): Promise<StoredMatrix> =>
  quantized ? readQuantized(file) : readDense(file, source)

/** Rows `start .. start + count` of a matrix, row-major. Rejects with `out-of-range`, and with `bad-input` for values that are not finite. */
export async function readRows(matrix: StoredMatrix, start: number, count: number, name: string, into?: Float32Array) {
  const { rows, dim } = matrix
  checkRows(rows, start, count)
  const out = into ?? new Float32Array(count * dim)
  if (matrix.kind === 'dense') await matrix.read(start, count, out)
  else readQuantizedRows(matrix, start, count, out)
  if (areFinite(out)) return out
  const odd = out.findIndex((value) => !Number.isFinite(value))
  throw new SlimbedError('bad-input', `${name}: row ${start + Math.floor(odd / dim)} of a matrix holds NaN or Infinity`)
}

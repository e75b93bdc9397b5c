import type { Sink } from '@slimbed/core'
import { throwIfAborted } from '@slimbed/core/blocks'
import type { Table } from '@slimbed/runtime'
import { rowByRow } from '@slimbed/runtime/kinds'
import { unpackIndex } from '@slimbed/runtime/trellis'
import { checkFinite } from '../binary/finite.js'
import type { Writable, WriteOptions } from '../write/writable.js'
import { type BytesWriter, bytesWriter } from './bytes-writer.js'
import { type FaissCodes, faissCodesOf, refuse } from './codes-of.js'
import { transformFault } from './orthonormal.js'

/** Bytes of codes that are written at a time. */
const chunkBytes = 4 << 20

function writeHeader(writer: BytesWriter, tag: string, dim: number, rows: number): void {
  writer.tag(tag)
  writer.int32(dim)
  writer.count(rows)
  // Two numbers that faiss ignores, and that the index is trained.
  writer.count(2 ** 20)
  writer.count(2 ** 20)
  writer.byte(1)
  // The squared Euclidean distance.
  writer.int32(1)
}

/** All rows of an operand. */
async function rowsOf(table: Table, what: string): Promise<Float32Array> {
  const data = await rowByRow(table).read(0, table.rows)
  checkFinite(data, table.dim, 0, what)
  return data
}

/** An `IndexPreTransform` of one `LinearTransform`, up to the index after it. */
async function writeTransform(writer: BytesWriter, axes: Table, rows: number, shift?: Float32Array): Promise<void> {
  const data = await rowsOf(axes, 'the rotation')
  const fault = transformFault({ rows: axes.rows, dim: axes.dim, data })
  if (fault) refuse(`a product: ${fault}`)
  writeHeader(writer, 'IxPT', axes.dim, rows)
  writer.int32(1)
  writer.tag('LTra')
  writer.byte(shift ? 1 : 0)
  writer.floats(data)
  writer.floats(shift ? shift.map((value) => -value) : new Float32Array())
  writer.int32(axes.dim)
  writer.int32(axes.rows)
  writer.byte(1)
}

/** The codebooks of all parts, `parts × 2^bits × columns`: those of fewer rows are filled up with their first one. */
async function centresOf({ parts, bits }: FaissCodes): Promise<Float32Array> {
  const { dim } = parts[0].source
  const size = 2 ** bits * dim
  const out = new Float32Array(parts.length * size)
  for (const [i, { source }] of parts.entries()) {
    const data = await rowsOf(source, `codebook ${i}`)
    const book = out.subarray(i * size, (i + 1) * size)
    book.set(data)
    for (let at = data.length; at < size; at += dim) book.copyWithin(at, 0, dim)
  }
  return out
}

/** The codes of each row, one after another, in whole bytes: the lowest bit first. */
function pack({ parts, bits }: FaissCodes, rows: number, rowBytes: number): Uint8Array {
  const out = new Uint8Array(rows * rowBytes)
  for (const [i, { packed }] of parts.entries()) {
    const first = Math.floor((i * bits) / 8)
    for (const [row, code] of unpackIndex(packed).entries()) {
      let at = row * rowBytes + first
      for (let held = code << ((i * bits) % 8); held > 0; held >>>= 8) out[at++] |= held & 255
    }
  }
  return out
}

/**
 * Writes the codes of a table that `pq` or `opq` made as FAISS has them: an `IndexPQ`, for opq after the rotation. Its rows, as FAISS
 * reconstructs them, are those of the table, of opq to the rounding of float32. Words are left out. Resolves to the bytes written.
 *
 * Rejects with `unsupported` for any other table and without one, with `bad-input` for numbers that are not finite, and with `aborted`.
 */
export async function writeFaiss(
  { table = refuse('plain vectors') }: Writable,
  sink: Sink,
  { progress, signal }: WriteOptions = {}
): Promise<number> {
  const codes = faissCodesOf(table)
  const { parts, bits, axes, shift } = codes
  const { rows } = table
  const dim = parts.length * parts[0].source.dim
  const writer = bytesWriter()
  if (axes) await writeTransform(writer, axes, rows, shift)
  writeHeader(writer, 'IxPq', dim, rows)
  writer.count(dim)
  writer.count(parts.length)
  writer.count(bits)
  writer.floats(await centresOf(codes))
  const rowBytes = Math.ceil((parts.length * bits) / 8)
  writer.count(rows * rowBytes)
  const head = writer.finish()
  throwIfAborted(signal)
  await sink.write(head, 0)
  const packed = pack(codes, rows, rowBytes)
  for (let at = 0; at < packed.length; at += chunkBytes) {
    throwIfAborted(signal)
    await sink.write(packed.subarray(at, at + chunkBytes), head.length + at)
    progress?.(Math.min(rows, Math.floor((at + chunkBytes) / rowBytes)), rows)
  }
  const tail = bytesWriter()
  // How FAISS searches unless it is told otherwise: by tables; no codes of signs; the Hamming distance that it would skip rows by.
  tail.int32(0)
  tail.byte(0)
  tail.int32(parts.length * bits + 1)
  const end = tail.finish()
  await sink.write(end, head.length + packed.length)
  return head.length + packed.length + end.length
}

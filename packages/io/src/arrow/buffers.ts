import { SlimbedError, type Source } from '@slimbed/runtime'
import { numberOf, sizeAt, tableOf, vectorOf } from './flatbuffer.js'
import { type Batch, checked } from './messages.js'
import { type Field, type Place, skip } from './schema.js'

/** Bytes of a file. */
export interface Span {
  readonly start: number
  readonly length: number
}

/** The rows of a column, or what a list consists of. */
export interface Column {
  readonly rows: number
  /** Whether it says that it has nulls. */
  readonly nulls: boolean
  /** The first has a bit for each row that is no null. */
  readonly spans: readonly Span[]
}

/** A column of a batch, and below it what its lists consist of. */
export interface BatchColumn {
  readonly columns: readonly Column[]
  /** Whether its buffers are packed with LZ4. */
  readonly packed: boolean
}

/** Bytes that are looked through at a time. */
const blockBytes = 1 << 20

/**
 * Column `index` of a batch. Throws `unsupported` for buffers that are packed with another codec, `bad-input` for numbers that the file cannot
 * have.
 */
export function columnsOf(source: Source, batch: Batch, fields: readonly Field[], index: number): BatchColumn {
  const { header, rows, start, end } = batch
  return checked(source, () => {
    const packing = tableOf(header, 3)
    const codec = packing && (['LZ4', 'ZSTD'][numberOf(packing, 0, 'Uint8')] ?? 'a codec that is not known')
    if (codec !== undefined && codec !== 'LZ4') {
      const instead = 'write it without (pyarrow: write_feather(table, path, compression="uncompressed"))'
      throw new SlimbedError(
        'unsupported',
        `${source.name}: the columns of this Arrow file are packed with ${codec}: ${instead}`
      )
    }
    const nodes = vectorOf(header, 1, 16)
    const buffers = vectorOf(header, 2, 16)
    const more = vectorOf(header, 4, 8)
    const { view } = header.buffers
    const views = Array.from({ length: more.length }, (_, i) => sizeAt(view, more.at + 8 * i))
    const place: Place = { node: 0, buffer: 0 }
    for (const field of fields.slice(0, index)) skip(field, place, views)

    function columnAt(field: Field): Column {
      const own = { ...place }
      skip({ ...field, children: [] }, place, [])
      if (place.node > nodes.length || place.buffer > buffers.length) throw new RangeError('columns without buffers')
      const spans = Array.from({ length: place.buffer - own.buffer }, (_, i) => {
        const at = buffers.at + 16 * (own.buffer + i)
        const span = { start: start + sizeAt(view, at), length: sizeAt(view, at + 8) }
        if (span.start + span.length > end) throw new RangeError(`a buffer of ${span.length} bytes from ${span.start}`)
        return span
      })
      const at = nodes.at + 16 * own.node
      return { rows: sizeAt(view, at), nulls: view.getBigInt64(at + 8, true) !== 0n, spans }
    }
    const field = fields[index]
    const out = [columnAt(field), ...field.children.map(columnAt)]
    if (out[0].rows !== rows) throw new RangeError(`a column of ${out[0].rows} rows, of ${rows}`)
    return { columns: out, packed: packing !== undefined }
  })
}

/** The first of the values `from .. from + count` that is null; -1 if there is none. Rejects with `bad-input`. */
export async function firstNull(
  source: Source,
  { nulls, spans }: Column,
  from: number,
  count: number
): Promise<number> {
  const [{ start, length }] = spans
  if (!nulls || length === 0) return -1
  const [first, last] = [Math.floor(from / 8), Math.ceil((from + count) / 8)]
  checked(source, () => {
    if (last > length) throw new RangeError(`${length} bytes for nulls, of ${last}`)
  })
  for (let at = first; at < last; at += blockBytes) {
    const bytes = await source.read(start + at, Math.min(blockBytes, last - at))
    for (let i = 0; i < bytes.length; i++) {
      if (bytes[i] === 255) continue
      for (let row = Math.max(from, (at + i) * 8); row < Math.min(from + count, (at + i + 1) * 8); row++) {
        if ((bytes[i] & (1 << (row & 7))) === 0) return row
      }
    }
  }
  return -1
}

/** Where values of different lengths begin and end, some at a time: one more than there are. They never become smaller. Rejects with `bad-input`. */
export async function* offsetsOf(
  source: Source,
  span: Span,
  rows: number,
  wide: boolean
): AsyncGenerator<Float64Array> {
  const size = wide ? 8 : 4
  const each = blockBytes / 8
  checked(source, () => {
    if ((rows + 1) * size > span.length) throw new RangeError(`${span.length} bytes for the places of ${rows} rows`)
  })
  for (let row = 0, last = 0; row < rows; row += each) {
    const count = Math.min(each, rows - row) + 1
    const bytes = await source.read(span.start + row * size, count * size)
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    const out = new Float64Array(count)
    checked(source, () => {
      for (let i = 0; i < count; i++) {
        out[i] = wide ? sizeAt(view, i * 8) : view.getInt32(i * 4, true)
        if (out[i] < last) throw new RangeError(`row ${row + i} begins before the one before it`)
        last = out[i]
      }
    })
    yield out
  }
}

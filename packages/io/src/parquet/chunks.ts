import { SlimbedError, type Source } from '@slimbed/runtime'
import type { Bounds, ColumnChunk } from './decoder.js'
import type { FileMetaData } from './metadata.js'

/** The most bytes that are read at once. */
const mostRead = 2 ** 31
/** Values of 4 bytes may take so many times fewer bytes than they stand for, or be this many in any case: beyond it, they are made to fill memory. */
const mostExpansion = 1100
const alwaysAllowed = 1 << 22
/** Of a group: larger arrays are no longer arrays to V8. */
const mostRows = 2 ** 25 - 1

const bad = (message: string) => new SlimbedError('bad-input', message)

/** The bytes of a file from where its metadata begin. */
export async function tailOf({ name, size, read }: Source): Promise<Uint8Array<ArrayBuffer>> {
  if (size < 12) throw bad(`${name}: the Parquet file ends after ${size} bytes`)
  const end = await read(size - 8, 8)
  const length = new DataView(end.buffer, end.byteOffset, 8).getUint32(0, true)
  if (String.fromCharCode(...end.subarray(4)) !== 'PAR1') {
    throw bad(`${name}: a Parquet file ends with PAR1, this one does not: it is cut short, or damaged`)
  }
  if (length > size - 12) throw bad(`${name}: metadata of ${length} bytes are more than the file has, ${size}`)
  return new Uint8Array(await read(size - 8 - length, length + 8))
}

/** The rows of the groups of a file, one after another, as starts. Throws `bad-input` for numbers that the file cannot have. */
export function groupStarts(name: string, size: number, { row_groups: groups, num_rows: all }: FileMetaData): number[] {
  const starts = [0]
  for (const { num_rows: given } of groups) {
    const count = Number(given)
    const next = starts[starts.length - 1] + count
    if (
      !Number.isSafeInteger(count) ||
      count < 0 ||
      count > mostRows ||
      next > Math.max(alwaysAllowed, size * mostExpansion)
    ) {
      throw bad(`${name}: ${count} rows in a group are more than ${size} bytes can have`)
    }
    starts.push(next)
  }
  const rows = starts[starts.length - 1]
  if (rows === Number(all) && rows > 0) return starts
  throw bad(`${name}: expected rows of vectors; it has ${all}, and ${rows} in its groups`)
}

/** A file whose metadata are known. */
export interface OpenedParquet {
  readonly source: Source
  readonly metadata: FileMetaData
  readonly starts: readonly number[]
  readonly signal: AbortSignal | undefined
}

/** Reads the bytes of a column in a group. Rejects as the source does, and with `bad-input` for what the file cannot have. */
export async function chunkOf(
  { source, metadata, starts, signal }: OpenedParquet,
  group: number,
  column: string
): Promise<{ readonly chunk: ColumnChunk; readonly bounds: Bounds }> {
  const what = `${source.name}, row group ${group} (from 0)`
  const found = metadata.row_groups[group].columns.filter((one) => one.meta_data?.path_in_schema[0] === column)
  const [own, another] = found
  const meta = own?.meta_data
  if (!meta || another) throw bad(`${what}: expected one column ${column}, came ${found.length}`)
  if (own.file_path) throw bad(`${what}: column ${column} is in another file, ${own.file_path}; read that one`)
  const offset = Number(meta.dictionary_page_offset || meta.data_page_offset)
  const length = Number(meta.total_compressed_size)
  if (!(offset >= 4 && length >= 0 && offset + length <= source.size && length < mostRead)) {
    const where = `column ${column} has ${length} bytes from ${offset}`
    throw bad(`${what}: ${where}, which are not in the file of ${source.size}, or more than can be read at once`)
  }
  const values = Number(meta.num_values)
  if (!(values >= 0 && values <= Math.max(alwaysAllowed, (length * mostExpansion) / 4))) {
    throw bad(`${what}: ${values} values are more than ${length} bytes can have`)
  }
  const rows = starts[group + 1] - starts[group]
  // Without the index of pages: all of them are read.
  const alone = { meta_data: meta, file_offset: own.file_offset }
  const only = { ...metadata.row_groups[group], columns: [alone] }
  const chunk: ColumnChunk = {
    bytes: new Uint8Array(await source.read(offset, length)),
    offset,
    metadata: { ...metadata, row_groups: [only], num_rows: BigInt(rows) },
    column,
    start: starts[group],
    rows
  }
  return { chunk, bounds: { what, bytes: length, values, signal } }
}

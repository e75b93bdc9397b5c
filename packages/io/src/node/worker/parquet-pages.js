import { parquetHeader } from 'hyparquet/src/column.js'
import { getMaxDefinitionLevel, getMaxRepetitionLevel, getSchemaPath } from 'hyparquet/src/schema.js'
import { compressors } from 'hyparquet-compressors'
import { checkRuns } from './parquet-runs.js'

// Plain JavaScript, as beside: runs in a thread.

/** @import { ColumnMeta, SchemaElement } from '../../parquet/metadata.js' */

/** A page may become so many times as large, or this large in any case: beyond it, it is made to fill memory. */
const mostExpansion = 1100
const alwaysAllowed = 64 << 20
/** Larger arrays are no longer arrays to V8, and may end the whole program. */
const mostValues = 2 ** 25 - 1

/** @param {unknown} value @param {number} most */
const within = (value, most) => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= most

/** @param {number} most */
const widthOf = (most) => 32 - Math.clz32(most)

/**
 * Checks the runs of a page.
 * @param {Uint8Array} page as it is in the file
 * @param {import('hyparquet').PageHeader} header
 * @param {import('hyparquet').CompressionCodec} codec
 * @param {{ repetition: number, definition: number, list: { length: number } }} levels
 */
function checkLevels(page, header, codec, { repetition, definition, list }) {
  const { data_page_header: one, data_page_header_v2: two, uncompressed_page_size: becomes } = header
  const told = one ?? two
  if (!told) return
  const unpack = codec === 'UNCOMPRESSED' || two?.is_compressed === false ? undefined : compressors[codec]
  const before = two ? two.repetition_levels_byte_length + two.definition_levels_byte_length : 0
  const packed = page.subarray(before)
  // What is empty is not packed.
  const values = unpack && packed.length > 0 ? unpack(packed, becomes - before) : packed
  const count = told.num_values
  let at = 0
  for (const [most, length, own] of /** @type {const} */ ([
    [repetition, two?.repetition_levels_byte_length, list],
    [definition, two?.definition_levels_byte_length, undefined]
  ])) {
    if (most === 0) continue
    if (two && length !== undefined) {
      checkRuns(page.subarray(at, at + length), widthOf(most), count, own)
      at += length
    } else {
      const size = new DataView(values.buffer, values.byteOffset, values.length).getUint32(at, true)
      // The length is not that of the runs in all files: they end where there are enough values.
      checkRuns(values.subarray(at + 4), widthOf(most), count, own)
      at += 4 + size
    }
  }
  const indices = values.subarray(two ? 0 : at)
  if (/DICTIONARY$|^RLE$/.test(told.encoding ?? '') && indices[0] > 0) {
    checkRuns(indices.subarray(1), indices[0], count, undefined)
  }
}

/**
 * Checks the headers of the pages of a column: a length that is missing or negative would keep the library in one place for ever, and a count that is too large
 * would fill memory. Throws for these.
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {ColumnMeta} metadata
 * @param {SchemaElement[]} schema
 */
export function checkPages(bytes, { num_values: all, codec: named, path_in_schema: path }, schema) {
  const codec = /** @type {import('hyparquet').CompressionCodec} */ (named)
  const nodes = getSchemaPath(/** @type {import('hyparquet').SchemaElement[]} */ (schema), path)
  const levels = {
    repetition: getMaxRepetitionLevel(nodes),
    definition: getMaxDefinitionLevel(nodes),
    list: { length: 0 }
  }
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 }
  let values = 0
  let rows = 0
  for (let page = 0; reader.offset < bytes.length - 1; page++) {
    const header = parquetHeader(reader)
    const { compressed_page_size: length, uncompressed_page_size: becomes } = header
    /** @param {string} what */
    const refuse = (what) => new Error(`page ${page} ${what}`)
    if (!within(length, bytes.length - reader.offset)) {
      throw refuse(`says that it has ${length} bytes, of ${bytes.length - reader.offset} that are left`)
    }
    const most = codec === 'UNCOMPRESSED' ? length : Math.max(alwaysAllowed, length * mostExpansion)
    if (!within(becomes, most)) throw refuse(`of ${length} bytes says that it stands for ${becomes}`)
    const { data_page_header: one, data_page_header_v2: two, dictionary_page_header: dictionary } = header
    const count = (one ?? two ?? dictionary)?.num_values
    // A value of a dictionary takes a bit at least, others may be repeated.
    if (!within(count, Math.min(mostValues, dictionary ? becomes * 8 : Number(all) - values))) {
      throw refuse(`says that it has ${count} values, of ${Number(all) - values} that are left`)
    }
    if (!dictionary) values += count ?? 0
    if (two) {
      const { repetition_levels_byte_length: first, definition_levels_byte_length: second } = two
      if (!within(first, length) || !within(second, length - first) || !within(two.num_rows, Number(all) - rows)) {
        throw refuse('has lengths that it cannot have')
      }
      rows += two.num_rows
    }
    checkLevels(bytes.subarray(reader.offset, reader.offset + length), header, codec, levels)
    reader.offset += length
  }
}

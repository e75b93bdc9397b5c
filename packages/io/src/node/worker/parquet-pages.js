import { parquetHeader } from 'hyparquet/src/column.js'

// Plain JavaScript, as beside: runs in a thread.

/** A page may become so many times as large, or this large in any case: beyond it, it is made to fill memory. */
const mostExpansion = 1100
const alwaysAllowed = 64 << 20

/** @param {unknown} value @param {number} most */
const within = (value, most) => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= most

/**
 * Checks the headers of the pages of a column: a length that is missing or negative would keep the library in one place for ever, and a count that is too large
 * would fill memory. Throws for these.
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {import('hyparquet').ColumnMetaData} metadata
 */
export function checkPages(bytes, { num_values: all, codec, encodings: _ }) {
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
    if (dictionary ? !within(count, becomes * 8) : !within(count, Number(all) - values)) {
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
    reader.offset += length
  }
}

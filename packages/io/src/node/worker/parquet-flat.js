import { parquetHeader, readPage } from 'hyparquet/src/column.js'
import { DEFAULT_PARSERS } from 'hyparquet/src/convert.js'
import { decompressPage, readDataPage, readDataPageV2 } from 'hyparquet/src/datapage.js'
import { getMaxDefinitionLevel, getMaxRepetitionLevel, getSchemaPath } from 'hyparquet/src/schema.js'
import { compressors } from 'hyparquet-compressors'

// Plain JavaScript, as beside: runs in a thread.

/** @import { ColumnChunk, Numbers } from '../../parquet/decoder.js' */

/** How many numbers of the row that goes on have come, and what a page adds to it. */
class Rows {
  come = 0
  count = 0

  /** @param {number} dim */
  constructor(dim) {
    this.dim = dim
  }

  /** Whether rows of a page begin where they must. @param {ArrayLike<number>} levels of repetition */
  take(levels) {
    const { dim } = this
    let { come, count } = this
    for (let i = 0; i < levels.length; i++) {
      if (levels[i] === 0) {
        if (come !== 0 && come !== dim) return false
        come = 0
        count++
      } else if (come === 0) return false
      come++
    }
    if (come > dim) return false
    this.come = come
    this.count = count
    return true
  }
}

/** The columns whose values are numbers as they are in the file. @param {import('hyparquet').SchemaElement} element */
const isPlain = ({ type, converted_type: converted, logical_type: logical }) =>
  (type === 'FLOAT' || type === 'DOUBLE') && converted === undefined && logical === undefined

/**
 * Lists of floats, all as long and without nulls, copied a page at a time; undefined for others, of which more is to be said. The pages have been checked.
 * @param {ColumnChunk} chunk
 * @param {number | undefined} asked
 * @returns {Numbers | undefined}
 */
export function flatNumbers({ bytes, metadata, rows }, asked) {
  const meta = metadata.row_groups[0].columns[0].meta_data
  if (!meta) return undefined
  const schema = /** @type {import('hyparquet').SchemaElement[]} */ (metadata.schema)
  const schemaPath = getSchemaPath(schema, meta.path_in_schema)
  const { element } = schemaPath[schemaPath.length - 1]
  const dim = Number(meta.num_values) / rows
  const { type } = element
  if (!type || !isPlain(element) || getMaxRepetitionLevel(schemaPath) !== 1) return undefined
  if (!Number.isInteger(dim) || dim < 1 || dim !== (asked ?? dim)) return undefined
  const codec = /** @type {import('hyparquet').CompressionCodec} */ (meta.codec)
  const decoder = {
    pathInSchema: meta.path_in_schema,
    type,
    element,
    schemaPath,
    codec,
    compressors,
    parsers: DEFAULT_PARSERS
  }
  const full = getMaxDefinitionLevel(schemaPath)
  const values = new Float32Array(rows * dim)
  const seen = new Rows(dim)
  /** @type {ArrayLike<number> | undefined} */
  let dictionary
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 }
  let at = 0
  while (reader.offset < bytes.length - 1) {
    const header = parquetHeader(reader)
    if (header.type === 'DICTIONARY_PAGE') {
      dictionary = /** @type {ArrayLike<number>} */ (readPage(reader, header, decoder, undefined, undefined, 0).data)
      continue
    }
    const { data_page_header: one, data_page_header_v2: two, compressed_page_size: length } = header
    const told = one ?? two
    if (!told) return undefined
    const own = bytes.subarray(reader.offset, reader.offset + length)
    reader.offset += length
    const page = one
      ? readDataPage(decompressPage(own, header.uncompressed_page_size, codec, compressors), one, decoder)
      : readDataPageV2(own, header, decoder)
    const numbers = /** @type {ArrayLike<number>} */ (page.dataPage)
    if (numbers.length !== told.num_values || at + numbers.length > values.length) return undefined
    if (page.definitionLevels?.some((level) => level !== full) || !seen.take(page.repetitionLevels)) return undefined
    if (/DICTIONARY$/.test(told.encoding ?? '')) {
      if (!dictionary) return undefined
      for (let i = 0; i < numbers.length; i++) {
        if (!(numbers[i] < dictionary.length)) return undefined
        values[at + i] = dictionary[numbers[i]]
      }
    } else values.set(numbers, at)
    at += numbers.length
  }
  const whole = at === values.length && seen.count === rows && seen.come === dim
  return whole ? { dim, values } : undefined
}

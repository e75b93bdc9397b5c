import { parquetMetadata, parquetRead, parquetSchema } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { flatNumbers } from './parquet-flat.js'
import { checkPages } from './parquet-pages.js'

// Plain JavaScript, as beside: runs in a thread.

/** @import { ColumnChunk, Contents, Numbers } from '../../parquet/decoder.js' */

/** What is wrong with the content of a file that the library could read. */
export class WrongContent extends Error {}

/**
 * What the end of a file says of it.
 * @param {Uint8Array<ArrayBuffer>} tail
 * @returns {Contents}
 */
export function contentsOf(tail) {
  const { key_value_metadata: _, ...metadata } = parquetMetadata(tail, { geoparquet: false })
  return { metadata, schema: parquetSchema(metadata) }
}

/**
 * Checks the pages of a chunk, before they are decoded.
 * @param {ColumnChunk} chunk
 */
function checkChunk({ bytes, metadata: { row_groups: groups, schema } }) {
  const meta = groups[0].columns[0].meta_data
  if (meta) checkPages(bytes, meta, schema)
}

/**
 * @param {ColumnChunk} chunk
 * @returns {Promise<ArrayLike<unknown>[]>} the values of the rows, in parts
 */
async function decoded({ bytes, offset, metadata: known, column, rows }) {
  const file = {
    byteLength: offset + bytes.length,
    /** @param {number} from @param {number} [to] */
    slice(from, to = offset + bytes.length) {
      if (!(from >= offset && to >= from && to <= offset + bytes.length)) throw new Error('bytes of another column')
      return bytes.buffer.slice(bytes.byteOffset + from - offset, bytes.byteOffset + to - offset)
    }
  }
  /** @type {import('hyparquet').ColumnData[]} */
  const parts = []
  /** @param {import('hyparquet').ColumnData} part */
  const onChunk = (part) => {
    parts.push(part)
  }
  const metadata = /** @type {import('hyparquet').FileMetaData} */ (known)
  const part = { columns: [column], rowStart: 0, rowEnd: rows }
  await parquetRead({ file, metadata, ...part, compressors, geoparquet: false, onChunk })
  const values = parts.sort((a, b) => a.rowStart - b.rowStart).map(({ columnData }) => columnData)
  const count = values.reduce((sum, { length }) => sum + length, 0)
  if (count === rows) return values
  throw new WrongContent(`expected ${rows} rows, came ${count}`)
}

/**
 * @param {unknown} row
 * @returns {ArrayLike<unknown> | undefined} the row, if it is a list
 */
const listOf = (row) =>
  Array.isArray(row) || ArrayBuffer.isView(row) ? /** @type {ArrayLike<unknown>} */ (row) : undefined

/**
 * Lists of numbers, `dim` in each or as many as in the first.
 * @param {ColumnChunk} chunk
 * @param {number | undefined} dim
 * @returns {Promise<Numbers>}
 */
export async function numbersOf(chunk, dim) {
  checkChunk(chunk)
  const flat = flatNumbers(chunk, dim)
  if (flat) return flat
  const { start, rows } = chunk
  const parts = await decoded(chunk)
  const length = dim ?? listOf(parts[0]?.[0])?.length ?? 0
  if (length === 0) throw new WrongContent(`row ${start}: expected a list of numbers, came none`)
  let at = start
  // Before there is memory for them.
  for (const part of parts) {
    for (let i = 0; i < part.length; i++, at++) {
      const list = listOf(part[i])
      if (list?.length === length) continue
      const came = list ? `${list.length} numbers` : 'none'
      throw new WrongContent(`row ${at} (from 0): expected ${length} numbers, as in row 0, came ${came}`)
    }
  }
  const values = new Float32Array(rows * length)
  at = 0
  for (const part of parts) {
    for (let i = 0; i < part.length; i++, at += length) {
      const list = listOf(part[i]) ?? []
      for (let j = 0; j < length; j++) {
        const value = list[j]
        if (typeof value !== 'number' && typeof value !== 'bigint') {
          const where = `row ${start + at / length}, column ${j} (both from 0)`
          throw new WrongContent(`${where}: expected a number, came ${value === null ? 'null' : typeof value}`)
        }
        values[at + j] = Number(value)
      }
    }
  }
  return { dim: length, values }
}

/**
 * Texts.
 * @param {ColumnChunk} chunk
 * @returns {Promise<string[]>}
 */
export async function wordsOf(chunk) {
  /** @type {string[]} */
  const words = []
  checkChunk(chunk)
  for (const part of await decoded(chunk)) {
    for (let i = 0; i < part.length; i++) {
      const word = part[i]
      if (typeof word === 'string') words.push(word)
      else {
        const where = `row ${chunk.start + words.length} (from 0)`
        throw new WrongContent(`${where}: expected a word in column ${chunk.column}, came none`)
      }
    }
  }
  return words
}

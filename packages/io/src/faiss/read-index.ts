import { concat } from '@slimbed/core/kinds/pq'
import { codebook, offset, packIndex } from '@slimbed/core/kinds/trellis'
import { dense, product, SlimbedError, type Table } from '@slimbed/runtime'
import { rowByRow } from '@slimbed/runtime/kinds'
import type { Content } from '../formats/format.js'
import type { Input } from '../source/input.js'
import { type BytesReader, bytesReader } from './bytes-reader.js'
import { transformFault } from './orthonormal.js'

/** The first numbers of every index: how many columns and rows. */
function headerOf(reader: BytesReader): { readonly dim: number; readonly rows: number } {
  const dim = reader.int32()
  const rows = reader.count()
  // Two numbers that faiss ignores, and whether the index is trained.
  reader.count()
  reader.count()
  reader.byte()
  // Metrics beyond inner product and squared distance have an argument.
  if (reader.int32() > 1) reader.int32()
  if (dim < 1) reader.fail(`rows of ${dim} columns`)
  return { dim, rows }
}

/** Codes of `bits` bits, `parts` of them in each row, as the numbers of one part. */
function numbersOf(codes: Uint8Array, rows: number, parts: number, bits: number, part: number): Uint32Array {
  const rowBytes = Math.ceil((parts * bits) / 8)
  return Uint32Array.from({ length: rows }, (_, row) => {
    let value = 0
    for (let bit = 0; bit < bits; bit++) {
      const at = part * bits + bit
      value |= ((codes[row * rowBytes + (at >> 3)] >> (at & 7)) & 1) << bit
    }
    return value
  })
}

/** An `IndexPQ`, after its tag. */
function readPq(reader: BytesReader, tag: string): Table {
  const { dim, rows } = headerOf(reader)
  const [columns, parts, bits] = [reader.count(), reader.count(), reader.count()]
  if (columns !== dim || parts < 1 || dim % parts !== 0 || bits < 1 || bits > 16) {
    reader.fail(`codes of ${parts} parts, ${bits} bits each, for ${columns} of ${dim} columns`)
  }
  const centres = reader.floats()
  const size = 2 ** bits * (dim / parts)
  if (centres.length !== parts * size)
    reader.fail(`expected ${parts * size} numbers of codebooks, got ${centres.length}`)
  const codes = reader.bytes()
  const rowBytes = Math.ceil((parts * bits) / 8)
  if (codes.length !== rows * rowBytes) reader.fail(`expected ${rows * rowBytes} bytes of codes, got ${codes.length}`)
  if (tag !== 'IxPQ') {
    // How faiss searches.
    reader.int32()
    reader.byte()
    reader.int32()
  }
  const tables = Array.from({ length: parts }, (_, part) => {
    const book = dense(2 ** bits, dim / parts, centres.slice(part * size, (part + 1) * size))
    return codebook(packIndex(numbersOf(codes, rows, parts, bits, part), bits), book)
  })
  return parts === 1 ? tables[0] : concat(tables)
}

/** An `IndexPreTransform` of one `LinearTransform` with orthonormal rows, such as an `OPQMatrix`, and an `IndexPQ`, after its tag. */
function readPreTransform(reader: BytesReader, name: string): Table {
  const { dim, rows } = headerOf(reader)
  const count = reader.int32()
  const kind = count === 1 ? reader.tag() : undefined
  if (kind !== 'LTra') {
    const what = kind ? `the transform ${JSON.stringify(kind)}` : `${count} transforms`
    throw new SlimbedError('unsupported', `${name}: a FAISS index with ${what}; only one LinearTransform is read`)
  }
  const biased = reader.byte() !== 0
  const [matrix, bias] = [reader.floats(), reader.floats()]
  const [from, to] = [reader.int32(), reader.int32()]
  reader.byte()
  if (from !== dim || to < 1 || matrix.length !== from * to || (biased && bias.length !== to)) {
    reader.fail(`a transform of ${from} to ${to} columns with ${matrix.length} numbers, for rows of ${dim}`)
  }
  const fault = transformFault({ rows: to, dim, data: matrix })
  if (fault) throw new SlimbedError('unsupported', `${name}: ${fault}`)
  const codes = readCodes(reader, name)
  if (codes.dim !== to || codes.rows !== rows) {
    reader.fail(`codes of ${codes.rows} × ${codes.dim} after a transform of ${rows} rows to ${to} columns`)
  }
  const back = biased ? offset({ dtype: 'F32', shape: [to], data: bias.map((value) => -value) }, codes) : codes
  return product(back, dense(to, dim, matrix))
}

/** The codes that an index is made of, or that follow a transform. */
function readCodes(reader: BytesReader, name: string): Table {
  const tag = reader.tag()
  if (tag === 'IxPq' || tag === 'IxPo' || tag === 'IxPQ') return readPq(reader, tag)
  throw new SlimbedError(
    'unsupported',
    `${name}: a FAISS index of type ${JSON.stringify(tag)}; IndexPQ is read, alone or after OPQ: save the vectors of others as .npy`
  )
}

/**
 * The table of a FAISS index: `IndexPQ`, or `IndexPreTransform` with a `LinearTransform` whose rows are orthonormal before it. Its rows are
 * those that `index.reconstruct` gives, of the latter to the rounding of float32.
 *
 * Throws `corrupt-file` for what does not fit together, `unsupported` for another index.
 */
export function faissTable(bytes: Uint8Array, name = 'index'): Table {
  const reader = bytesReader(bytes, name)
  if (String.fromCharCode(...bytes.subarray(0, 4)) !== 'IxPT') return readCodes(reader, name)
  reader.tag()
  return readPreTransform(reader, name)
}

/** Reads the rows of a FAISS index, decoded. Rejects as `faissTable` throws. */
export async function readFaiss(input: Input): Promise<Content> {
  const source = await input.random()
  const table = faissTable(await source.read(0, source.size), input.name)
  return { matrix: rowByRow(table), warnings: [] }
}

import { codeBytes, type Table } from '@slimbed/core'
import { packCodes } from '@slimbed/core/numbers'
import { codeNumbers } from '../codes.js'
import { wholeNumbers } from '../numbers.js'
import { add, gather, reshape, rowsOf, toInt } from '../operations.js'
import type { Pattern, Writing } from '../pattern.js'
import { indexOf } from './gather.js'
import { mergeRows } from './merge.js'

/** Bits of the numbers that a codebook of so many rows needs. */
const bitsFor = (rows: number): number => Math.max(1, Math.ceil(Math.log2(rows)))

/** The most bits of codes that are packed. */
const mostBits = 16

/** Rows of numbers, a stream of bits each. */
function packed(numbers: Uint16Array, count: number, bits: number): Uint8Array {
  const out = new Uint8Array((numbers.length / count) * codeBytes(count, bits))
  packCodes(numbers, count, bits, out)
  return out
}

const isCoded = ({ kind, children }: Table): boolean =>
  (kind === 'codebook' || kind === 'gather') && bitsFor(children.source.rows) <= mostBits

/**
 * Codes of parts as wide as each other: a byte or a few bits for each part of a row, plus the row where its codebook begins among all
 * codebooks, which are one tensor (product quantization).
 */
function coded(parts: readonly Table[], ids: string | undefined, key: string, { b, table: write }: Writing): string {
  const sources = parts.map(({ children }) => children.source)
  const { rows } = parts[0]
  const count = parts.length
  const bits = Math.max(...sources.map((source) => bitsFor(source.rows)))
  const numbers = new Uint16Array(rows * count)
  for (const [i, part] of parts.entries()) {
    const index = indexOf(part)
    for (let row = 0; row < rows; row++) numbers[row * count + i] = index[row]
  }
  const bytes = bits > 4 && bits <= 8
  const codes = bytes
    ? toInt(b, rowsOf(b, `${key}.codes`, [rows, count], Uint8Array.from(numbers), ids))
    : codeNumbers(b, key, { rows, dim: count, bits, codes: packed(numbers, count, bits) }, ids)
  let start = 0
  const starts = sources.map((source) => {
    start += source.rows
    return start - source.rows
  })
  const books = write(mergeRows(sources), undefined, `${key}.books`)
  const taken = gather(b, books, add(b, codes, wholeNumbers(b, `${key}.starts`, starts)))
  return reshape(b, taken, [-1, count * sources[0].dim])
}

/** Runs of codes of one width are written together, other parts each by itself; then `Concat` of the columns. */
export const concat: Pattern = ({ children }, ids, key, writing) => {
  const runs: Table[][] = []
  for (const part of Object.values(children)) {
    const last = runs.at(-1)
    if (last && isCoded(part) && isCoded(last[0]) && last[0].dim === part.dim) last.push(part)
    else runs.push([part])
  }
  const columns = runs.map((parts, i) =>
    isCoded(parts[0]) ? coded(parts, ids, `${key}.${i}`, writing) : writing.table(parts[0], ids, `${key}.${i}`)
  )
  return columns.length === 1 ? columns[0] : writing.b.node('Concat', columns, { axis: 1 })
}

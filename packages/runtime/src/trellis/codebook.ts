import { checkChildren, checkRow, childOf, fail, isInteger, maxRows } from '../check.js'
import { gather } from '../kinds/gather.js'
import { type TableKind, tensorOf } from '../kinds/kind.js'
import { expandOnce } from '../kinds/multiply.js'
import type { LoadNode, Table } from '../table/table.js'

/** The index of a `codebook`: a little-endian bit stream, number i at bits `i · bits …`. */
export interface PackedIndex {
  readonly rows: number
  /** Bits of a number, 1 to 24. */
  readonly bits: number
  /** `⌈rows · bits / 8⌉` bytes, spare bits 0. */
  readonly index: Uint8Array
}

/** Packs numbers below 2^bits. */
export function packIndex(numbers: ArrayLike<number>, bits: number): PackedIndex {
  const rows = numbers.length
  const index = new Uint8Array(Math.ceil((rows * bits) / 8))
  for (let i = 0, held = 0, count = 0, at = 0; i < rows; i++) {
    held |= numbers[i] << count
    count += bits
    for (; count >= 8 || (i === rows - 1 && count > 0); count -= 8, held >>>= 8) index[at++] = held & 255
  }
  return { rows, bits, index }
}

/** The most elements of a source that is decoded once and held: 64 MiB. */
const mostHeld = 2 ** 24
/** Rows that are read on their own before that, so that the first ones need not wait for all. */
const single = 16

/** Throws `bad-input` for an index of another length than its rows take. */
export function checkIndex(rows: number, bits: number, bytes: number): void {
  if (!isInteger(bits, 1, 24)) fail('bad-input', `codebook: bits must be 1 to 24, not ${bits}`)
  if (isInteger(rows, 0, maxRows) && bytes === Math.ceil((rows * bits) / 8)) return
  fail('bad-input', `codebook: an index of ${bytes} bytes for ${rows} rows of ${bits} bits`)
}

/** The numbers of a packed index; throws `bad-input` for one of another length than its rows take. */
export function unpackIndex({ rows, bits, index }: PackedIndex): Uint32Array {
  checkIndex(rows, bits, index.length)
  const numbers = new Uint32Array(rows)
  for (let i = 0, held = 0, count = 0, at = 0; i < rows; i++) {
    for (; count < bits; count += 8) held |= index[at++] << count
    numbers[i] = held & (2 ** bits - 1)
    held >>>= bits
    count -= bits
  }
  return numbers
}

/**
 * A `gather` whose index takes a few bits a row: the table whose row i is row `index[i]` of `source`.
 *
 * Throws `bad-input` for an index of another length than its rows take, or beyond the rows of `source`.
 */
export function codebook(packed: PackedIndex, source: Table): Table {
  const { rows, bits, index } = packed
  const numbers = unpackIndex(packed)
  const { dim } = source
  const odd = numbers.find((number) => number >= source.rows)
  if (odd !== undefined) fail('bad-input', `codebook: row ${odd} of its source, which has ${source.rows} rows`)
  const base = gather(numbers, source)
  // Reading single rows of a source that is coded in blocks is slow.
  let before = source.rows * dim <= mostHeld ? single : Infinity
  let held: Float32Array | undefined
  return {
    ...base,
    kind: 'codebook',
    config: { rows, bits },
    tensors: { index: { dtype: 'U8', shape: [index.length], data: index } },
    readRow(row, out) {
      checkRow(row, rows)
      if (before-- > 0) return source.readRow(numbers[row], out)
      held ??= expandOnce(source)
      for (let j = 0, at = numbers[row] * dim; j < dim; j++, at++) out[j] = held[at]
    },
    with(next) {
      checkChildren('codebook', base.children, next)
      return codebook(packed, childOf(next, 'source'))
    },
    weightsFor(_child, weights) {
      const sums = new Float64Array(source.rows)
      for (let i = 0; i < rows; i++) sums[numbers[i]] += weights[i]
      return Float32Array.from(sums)
    }
  }
}

export const loadCodebook: LoadNode = ({ rows, bits }, tensors, children) =>
  codebook(
    { rows: Number(rows), bits: Number(bits), index: tensorOf(tensors, 'index', ['U8'], 1).data },
    childOf(children, 'source')
  )

/** How a `codebook` node is rebuilt from a file */
export const codebookKind: TableKind = { kind: 'codebook', load: loadCodebook }

import { floatsOf, type Table, type Tensor } from '@slimbed/core'
import type { Builder } from '../builder.js'
import { wholeNumbers } from '../numbers.js'
import { add, constant, gather, multiply, reshape } from '../operations.js'
import type { Pattern } from '../pattern.js'
import { alignRows, bitsOf, windows } from '../windows.js'

const floats = (tensor: Tensor): Float32Array => floatsOf(tensor as Tensor<'F32' | 'F16'>)

/** The codebooks one after another, each followed by its negative half backwards: what the states of a window stand for. */
function booksOf(b: Builder, levels: string, half: number, key: string): string {
  const back = constant(
    b,
    `${key}.back`,
    [half],
    Int32Array.from({ length: half }, (_, i) => half - 1 - i)
  )
  const negative = b.node('Neg', [gather(b, levels, back, 1)])
  return reshape(b, b.node('Concat', [levels, negative], { axis: 1 }), [-1])
}

/** Where each column's window begins in a row, and its codebook among all. */
function columnsOf({ tensors, config }: Table, gainBits: number) {
  const bits = tensors.bits.data as Uint8Array
  const window = Number(config.window)
  const numbers = [...new Set(bits)].filter((count) => count > 0).sort((x, y) => x - y)
  let end = gainBits
  const starts = Array.from(bits, (count) => {
    end += count
    return end - window
  })
  const books = Array.from(bits, (count) => Math.max(0, numbers.indexOf(count)) * 2 ** window)
  return { bits, window, starts, books, rowBits: end }
}

/**
 * Rows of bits that begin on a byte each; for each column the window that ends with it (`windows`), which is the number of a level in its
 * codebook; times the scales of columns and the gain of the row.
 */
export const bitshift: Pattern = (table, ids, key, { b, table: write }) => {
  const { rows, dim, tensors, children } = table
  const { gains } = tensors
  const gainBits = gains ? Math.log2(gains.data.length) : 0
  const { bits, window, starts, books, rowBits } = columnsOf(table, gainBits)
  const stream = bitsOf(b, key, alignRows(tensors.stream.data as Uint8Array, rows, rowBits), ids)
  const states = windows(b, `${key}.columns`, stream, starts, window)
  const all = booksOf(b, write(children.levels, undefined, `${key}.levels`), 2 ** (window - 1), key)
  const place = books.some((book) => book > 0) ? add(b, states, wholeNumbers(b, `${key}.book`, books)) : states
  const scales = floats(tensors.scale).map((scale, j) => (bits[j] > 0 ? scale : 0))
  const values = multiply(b, gather(b, all, place), constant(b, `${key}.scale`, [dim], scales))
  if (!gains) return values
  const number = windows(b, `${key}.gain`, stream, [0], gainBits)
  return multiply(b, values, gather(b, constant(b, `${key}.gains`, [gains.data.length], floats(gains)), number))
}

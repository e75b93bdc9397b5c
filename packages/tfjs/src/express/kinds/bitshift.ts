import { floatsOf, type Table, type Tensor } from '@slimbed/core'
import type { Builder } from '../builder.js'
import { add, columnsOf, concat, floats, gather, multiply, reshape, rowsFrom, rowsOf, wholes } from '../operations.js'
import type { Pattern } from '../pattern.js'

const floatsIn = (tensor: Tensor): Float32Array => floatsOf(tensor as Tensor<'F32' | 'F16'>)

/** Rows of bits without gaps as rows of numbers of 16 bits, `rows × ⌈rowBits / 16⌉`. */
function wordsOf(stream: Uint8Array, rows: number, rowBits: number): Uint16Array {
  const width = Math.ceil(rowBits / 16)
  const words = new Uint16Array(rows * width)
  for (let row = 0; row < rows; row++) {
    for (let i = 0, from = row * rowBits; i < rowBits; i++, from++) {
      words[row * width + (i >> 4)] |= ((stream[from >> 3] >> (from & 7)) & 1) << (i & 15)
    }
  }
  return words
}

const powers = (exponents: readonly number[]): number[] => exponents.map((exponent) => 2 ** exponent)

/** The numbers of `bits` bits, 16 at most, that begin at `starts` in rows of words: `[…, starts]`. Bits before a row are 0. All in 24 bits, which WebGL has exactly. */
function windows(
  b: Builder,
  key: string,
  words: string,
  width: number,
  starts: readonly number[],
  bits: number
): string {
  const first = starts.map((start) => Math.floor(start / 16))
  const shifts = starts.map((start, i) => start - 16 * first[i])
  const part = (places: readonly number[], name: string): string => {
    const inside = places.map((place) => place >= 0 && place < width)
    const numbers = columnsOf(
      b,
      words,
      wholes(
        b,
        `${key}/${name}`,
        [places.length],
        places.map((place, i) => (inside[i] ? place : 0))
      )
    )
    if (inside.every(Boolean)) return numbers
    return b.node('Mul', [numbers, wholes(b, `${key}/${name}_inside`, [places.length], inside.map(Number))])
  }
  const constant = (name: string, numbers: readonly number[]): string =>
    wholes(b, `${key}/${name}`, [numbers.length], numbers)
  const low = b.node('FloorDiv', [part(first, 'low'), constant('shift', powers(shifts))])
  const beyond = shifts.map((shift) => Math.max(0, shift + bits - 16))
  const above = b.node('FloorMod', [
    part(
      first.map((place) => place + 1),
      'high'
    ),
    constant('beyond', powers(beyond))
  ])
  const high = b.node('Mul', [above, constant('unit', powers(shifts.map((shift) => 16 - shift)))])
  return b.node('FloorMod', [add(b, low, high), b.whole([2 ** bits], [])])
}

/** Where each column's window begins in a row, and its codebook among all. */
function placesOf({ tensors, config }: Table, gainBits: number) {
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

/** The codebooks one after another, each followed by its negative half backwards. */
function booksOf(b: Builder, levels: string, half: number, key: string): string {
  const back = wholes(
    b,
    `${key}/back`,
    [half],
    Array.from({ length: half }, (_, i) => half - 1 - i)
  )
  return reshape(b, concat(b, [levels, b.node('Neg', [columnsOf(b, levels, back)])], 1), [-1])
}

/**
 * Rows of bits as numbers of 16 bits; for each column the window that ends with it, which is the number of a level in its codebook; times the scales of columns and the gain
 * of the row. A first row is taken besides and left out at the end: taking columns fails on wasm where there are no rows.
 */
export const bitshift: Pattern = (table, ids, key, { b, table: write }) => {
  const { rows, dim, tensors, children } = table
  const { gains } = tensors
  const gainBits = gains ? Math.log2(gains.data.length) : 0
  const { bits, window, starts, books, rowBits } = placesOf(table, gainBits)
  const words = wordsOf(tensors.stream.data as Uint8Array, rows, rowBits)
  const width = words.length / rows
  const own = ids === undefined ? undefined : concat(b, [b.whole([0]), ids], 0)
  const taken = rowsOf(b, wholes(b, `${key}/words`, [rows, width], words), own)
  const states = windows(b, `${key}/columns`, taken, width, starts, window)
  const all = booksOf(b, write(children.levels, undefined, `${key}/levels`), 2 ** (window - 1), key)
  const place = books.some((book) => book > 0) ? add(b, states, wholes(b, `${key}/book`, [dim], books)) : states
  const scales = floatsIn(tensors.scale).map((scale, j) => (bits[j] > 0 ? scale : 0))
  let values = multiply(b, gather(b, all, place), floats(b, `${key}/scale`, [dim], scales))
  if (gains) {
    const number = windows(b, `${key}/gain`, taken, width, [0], gainBits)
    const list = floats(b, `${key}/gains`, [gains.data.length], floatsIn(gains))
    values = multiply(b, values, gather(b, list, number))
  }
  return ids === undefined ? values : rowsFrom(b, values, 1, dim)
}

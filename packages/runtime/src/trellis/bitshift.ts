import { checkChildren, checkRow, checkShape, childOf, fail } from '../check.js'
import { type TableKind, tensorOf } from '../kinds/kind.js'
import { expandOnce } from '../kinds/multiply.js'
import { floatsOf } from '../table/half.js'
import type { LoadNode, Table } from '../table/table.js'
import { type Bitshift, rowBitsOf, scaleTypes } from './bitshift-parts.js'

/** The codebooks, each followed by its negative half in reverse: `levels.rows × 2^window`. */
function codebooksOf(levels: Table): Float32Array {
  const half = levels.dim
  const all = expandOnce(levels)
  const books = new Float32Array(2 * all.length)
  for (let i = 0; i < all.length; i++) {
    const at = i + i - (i % half)
    books[at] = all[i]
    books[at + 2 * (half - (i % half)) - 1] = -all[i]
  }
  return books
}

/**
 * A table of values that take a fixed number of bits in each column: `level · scale[j] · gain`, where the level is the entry of a
 * codebook that the last `window` bits of the row's stream tell (trellis source coding with a shift register: Viterbi and Omura 1974; as
 * a bit-shift trellis: Tseng et al. 2024). Row i has the bits `i · rowBits …` of `stream`, so each value is had from a few bytes.
 *
 * `levels` has a row of `2^(window − 1)` levels for each number of bits above 0 that occurs in `bits`, ascending. The level of the state
 * `2^window − 1 − s` is that of s, negative.
 *
 * Throws `bad-input` for parts that do not fit together.
 */
export function bitshift(parts: Bitshift, levels: Table): Table {
  const { rows, window, bits, scale, gains, stream } = parts
  const dim = bits.length
  checkShape('bitshift', rows, dim)
  const { gainBits, rowBits } = rowBitsOf(parts, stream.length)
  const distinct = [...new Set(bits)].filter((some) => some > 0).sort((a, b) => a - b)
  const count = distinct.length
  const half = 2 ** (window - 1)
  if (levels.rows !== count || levels.dim !== half) {
    fail('bad-input', `bitshift: expected levels of ${count} × ${half}, got ${levels.rows} × ${levels.dim}`)
  }
  const children = { levels }
  const starts = Uint32Array.from(bits, (some) => distinct.indexOf(some) * 2 * half)
  let books: Float32Array | undefined
  const scales = floatsOf(scale)
  const classes = gains && floatsOf(gains)
  return {
    kind: 'bitshift',
    rows,
    dim,
    config: { rows, window },
    tensors: {
      scale,
      ...(gains && { gains }),
      bits: { dtype: 'U8', shape: [dim], data: bits },
      stream: { dtype: 'U8', shape: [stream.length], data: stream }
    },
    children,
    held: count * 2 * half,
    readRow(row, out) {
      checkRow(row, rows)
      books ??= codebooksOf(levels)
      const first = row * rowBits
      let at = Math.floor(first / 8)
      let have = 8 - (first % 8)
      let held = stream[at++] >> (8 - have)
      let state = 0
      /** Moves the next bits of the row into the window. */
      const shift = (some: number) => {
        for (; have < some; have += 8) held |= stream[at++] << have
        state = (state >> some) | ((held & ((1 << some) - 1)) << (window - some))
        held >>>= some
        have -= some
      }
      let gain = 1
      if (classes) {
        shift(gainBits)
        gain = classes[state >> (window - gainBits)]
      }
      for (let j = 0; j < dim; j++) {
        const some = bits[j]
        if (some === 0) out[j] = 0
        else {
          shift(some)
          out[j] = books[starts[j] + state] * scales[j] * gain
        }
      }
    },
    with(next) {
      checkChildren('bitshift', children, next)
      return bitshift(parts, childOf(next, 'levels'))
    }
  }
}

export const loadBitshift: LoadNode = ({ rows, window }, tensors, children) =>
  bitshift(
    {
      rows: Number(rows),
      window: Number(window),
      bits: tensorOf(tensors, 'bits', ['U8'], 1).data,
      scale: tensorOf(tensors, 'scale', scaleTypes, 1),
      gains: Object.hasOwn(tensors, 'gains') ? tensorOf(tensors, 'gains', scaleTypes, 1) : undefined,
      stream: tensorOf(tensors, 'stream', ['U8'], 1).data
    },
    childOf(children, 'levels')
  )

/** How a `bitshift` node is rebuilt from a file. */
export const bitshiftKind: TableKind = { kind: 'bitshift', load: loadBitshift }

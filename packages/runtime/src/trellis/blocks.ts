import { fail } from '../check.js'
import type { RowDecoder } from './decode.js'
import type { Trellis } from './parts.js'

/** Where each block begins, and the end; throws `bad-input` unless the blocks cover the stream. */
export function offsetsOf({ rows, block, lengths, stream }: Trellis): Float64Array {
  const blocks = Math.ceil(rows / block)
  if (lengths.length !== blocks) fail('bad-input', `trellis: expected ${blocks} lengths, got ${lengths.length}`)
  const offsets = new Float64Array(blocks + 1)
  for (let i = 0; i < blocks; i++) offsets[i + 1] = offsets[i] + lengths[i]
  if (offsets[blocks] === stream.length) return offsets
  return fail('bad-input', `trellis: blocks of ${offsets[blocks]} bytes in all, but a stream of ${stream.length}`)
}

/**
 * A function that reads any row: it goes on from the row before where that was the last one, else from the beginning of the block. It
 * throws `corrupt-file` for a block that ends before its rows or after them.
 */
export function rowReader(
  { rows, block, stream }: Trellis,
  offsets: Float64Array,
  decoder: RowDecoder
): (row: number, out: Float32Array) => void {
  let following = -1
  return (row, out) => {
    const number = Math.floor(row / block)
    const first = number * block
    const end = Math.min(first + block, rows)
    const goesOn = row === following && row > first
    following = -1
    if (!goesOn) {
      const bytes = stream.subarray(offsets[number], offsets[number + 1])
      let whole = bytes.length >= 3 && decoder.begin(bytes)
      for (let before = first; whole && before < row; before++) whole = decoder.next(out)
      if (!whole) fail('corrupt-file', `trellis: rows ${first} to ${end} are damaged`)
    }
    if (!decoder.next(out) || (row + 1 === end && !decoder.ended())) {
      fail('corrupt-file', `trellis: rows ${first} to ${end} are damaged`)
    }
    following = row + 1
  }
}

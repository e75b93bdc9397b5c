// LZ4 frames (https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md), as Arrow packs buffers. Checksums are not compared: none is written for the content.

const magic = 0x184d2204
/** A byte of a block stands for at most so many. */
const mostExpansion = 255

const bad = (what: string) => new RangeError(`LZ4: ${what}`)

/** Unpacks a block behind `at` in `out`, where blocks before it are; gives where it ends. */
function unpackBlock(block: Uint8Array, out: Uint8Array, at: number): number {
  const { length } = block
  let from = 0
  /** A length that goes on in bytes of 255. */
  const longer = (count: number): number => {
    if (count < 15) return count
    let total = count
    for (let byte = 255; byte === 255; total += byte) {
      if (from >= length) throw bad('a length has no end')
      byte = block[from++]
    }
    return total
  }
  while (from < length) {
    const token = block[from++]
    const literals = longer(token >> 4)
    if (from + literals > length || at + literals > out.length) throw bad(`${literals} bytes beyond the end`)
    out.set(block.subarray(from, from + literals), at)
    from += literals
    at += literals
    // The last sequence has literals alone.
    if (from === length) return at
    const back = block[from] | (block[from + 1] << 8)
    from += 2
    const count = longer(token & 15) + 4
    if (from > length || back === 0 || back > at || at + count > out.length)
      throw bad('a copy of bytes that are not there')
    if (back >= count) out.copyWithin(at, at - back, at - back + count)
    else for (let i = at; i < at + count; i++) out[i] = out[i - back]
    at += count
  }
  throw bad('a block that ends early')
}

/** The `length` bytes that a frame stands for. Throws `RangeError` for what is damaged, before there is memory for more than such a frame can hold. */
export function unpackLz4(frame: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length)
  const flags = view.getUint8(4)
  if (view.getUint32(0, true) !== magic || flags >> 6 !== 1) throw bad('no frame')
  if (length > frame.length * mostExpansion) throw bad(`${length} bytes are more than ${frame.length} can stand for`)
  const [checked, sized, ends, named] = [16, 8, 4, 1].map((bit) => (flags & bit) !== 0)
  const out = new Uint8Array(length)
  let done = 0
  for (let at = 7 + (sized ? 8 : 0) + (named ? 4 : 0); ; ) {
    const word = view.getUint32(at, true)
    at += 4
    if (word === 0) {
      if (done !== length || at + (ends ? 4 : 0) > frame.length) throw bad(`${done} bytes, of ${length}`)
      return out
    }
    const [size, plain] = [word & 0x7fffffff, word >>> 31 === 1]
    if (at + size > frame.length) throw bad(`a block of ${size} bytes`)
    const block = frame.subarray(at, at + size)
    if (plain) {
      if (done + size > length) throw bad(`more than ${length} bytes`)
      out.set(block, done)
      done += size
    } else done = unpackBlock(block, out, done)
    at += size + (checked ? 4 : 0)
  }
}

/** One round of SipHash on 32-bit words, in place. */
function sipRound(v: Int32Array): void {
  let v0 = v[0]
  let v1 = v[1]
  let v2 = v[2]
  let v3 = v[3]
  v0 = (v0 + v1) | 0
  v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0
  v0 = (v0 << 16) | (v0 >>> 16)
  v2 = (v2 + v3) | 0
  v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2
  v0 = (v0 + v3) | 0
  v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0
  v2 = (v2 + v1) | 0
  v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2
  v2 = (v2 << 16) | (v2 >>> 16)
  v[0] = v0
  v[1] = v1
  v[2] = v2
  v[3] = v3
}

/**
 * HalfSipHash-1-3 (Aumasson and Bernstein 2012) of bytes [start, end) under a key of two words: no file can be made to cause
 * collisions.
 */
function keyedHash(bytes: Uint8Array, start: number, end: number, key0: number, key1: number, v: Int32Array): number {
  v[0] = key0
  v[1] = key1
  v[2] = key0 ^ 0x6c796765
  v[3] = key1 ^ 0x74656462
  let i = start
  for (; i + 4 <= end; i += 4) {
    const word = bytes[i] | (bytes[i + 1] << 8) | (bytes[i + 2] << 16) | (bytes[i + 3] << 24)
    v[3] ^= word
    sipRound(v)
    v[0] ^= word
  }
  let last = (end - start) << 24
  for (let shift = 0; i < end; i++, shift += 8) last |= bytes[i] << shift
  v[3] ^= last
  sipRound(v)
  v[0] ^= last
  v[2] ^= 0xff
  for (let round = 0; round < 3; round++) sipRound(v)
  return v[1] ^ v[3]
}

/** Whether bytes [start, end) of `a` are the first bytes of `b`. */
function same(a: Uint8Array, start: number, end: number, b: Uint8Array, from: number): boolean {
  for (let i = start, k = from; i < end; i++, k++) if (a[i] !== b[k]) return false
  return true
}

/** The first row of a word's UTF-8 bytes, or −1, by comparing all words. Building an index costs as much as many such scans. */
export function scanFor(query: Uint8Array, bytes: Uint8Array, offsets: Uint32Array): number {
  for (let row = 0; row + 1 < offsets.length; row++) {
    const begin = offsets[row]
    const end = offsets[row + 1]
    if (end - begin === query.length && same(bytes, begin, end, query, 0)) return row
  }
  return -1
}

/**
 * Finds the first row of a word, or −1, by an open-addressing table of rows over the words' UTF-8 bytes: 8 to 16 bytes a word,
 * and no string for any.
 */
export function wordFinder(bytes: Uint8Array, offsets: Uint32Array): (word: string) => number {
  const size = offsets.length - 1
  const slots = new Int32Array(2 ** Math.ceil(Math.log2(2 * size + 2)))
  const mask = slots.length - 1
  // Not the seeded random: a file that knew the key could make every word collide.
  const key0 = (Math.random() * 2 ** 32) | 0
  const key1 = (Math.random() * 2 ** 32) | 0
  const state = new Int32Array(4)

  /** The slot of the word in `from[start .. end)`: that of an equal word, or the empty one where it belongs. */
  function slotOf(from: Uint8Array, start: number, end: number): number {
    let slot = keyedHash(from, start, end, key0, key1, state) & mask
    for (let row = slots[slot]; row !== 0; row = slots[slot]) {
      const begin = offsets[row - 1]
      const stop = offsets[row]
      if (stop - begin === end - start && same(bytes, begin, stop, from, start)) return slot
      slot = (slot + 1) & mask
    }
    return slot
  }

  // Slots hold row + 1, so that 0 is empty; an equal earlier word stays.
  for (let row = 0; row < size; row++) {
    const slot = slotOf(bytes, offsets[row], offsets[row + 1])
    if (slots[slot] === 0) slots[slot] = row + 1
  }
  const encoder = new TextEncoder()
  return (word) => {
    const query = encoder.encode(word)
    return slots[slotOf(query, 0, query.length)] - 1
  }
}

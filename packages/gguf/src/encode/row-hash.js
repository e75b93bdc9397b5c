/**
 * A 32-bit number for each row, which follows from all bits of its values: FNV-1a (Fowler, Noll and Vo) over words of 32 bits.
 * @param {Float32Array} values `rows × dim`
 * @param {number} dim
 */
export function rowHashes(values, dim) {
  const words = new Int32Array(values.buffer, values.byteOffset, values.length)
  const out = new Int32Array(words.length / dim)
  for (let row = 0, at = 0; row < out.length; row++) {
    let hash = 0x811c9dc5 | 0
    for (const end = at + dim; at < end; at++) {
      hash = Math.imul(hash ^ words[at], 0x01000193)
      // A product alone never carries a bit to the right.
      hash ^= hash >>> 15
    }
    out[row] = hash
  }
  return out
}

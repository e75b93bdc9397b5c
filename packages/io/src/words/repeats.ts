import type { PlainVocabulary } from '@slimbed/runtime/format'

const keyCount = 4096

/** Whether words `a` and `b` are the same bytes. */
function same({ bytes, offsets }: PlainVocabulary, a: number, b: number): boolean {
  const [start, from] = [offsets[a], offsets[b]]
  const length = offsets[a + 1] - start
  if (length !== offsets[b + 1] - from) return false
  for (let i = 0; i < length; i++) if (bytes[start + i] !== bytes[from + i]) return false
  return true
}

/**
 * The rows whose word an earlier row has, in order.
 *
 * Multilinear hashing of the bytes under random keys (Dietzfelbinger et al. 1997), whose upper bits are universal: no file can be
 * made to cause collisions. No strings are created.
 */
export function repeatedRows(words: PlainVocabulary): number[] {
  const { bytes, offsets, size } = words
  const slotBits = Math.max(1, Math.ceil(Math.log2(2 * size + 2)))
  // Slots hold row + 1, so that 0 is empty.
  const slots = new Int32Array(2 ** slotBits)
  const keys = Int32Array.from({ length: keyCount }, () => Math.random() * 2 ** 32)
  const repeated: number[] = []
  for (let row = 0; row < size; row++) {
    let hash = 0
    const end = offsets[row + 1]
    for (let i = offsets[row], key = 0; i < end; i++, key++) {
      // Plus one, so that zero bytes count.
      hash = (hash + Math.imul(bytes[i] + 1, keys[key & (keyCount - 1)])) | 0
    }
    let slot = hash >>> (32 - slotBits)
    while (slots[slot] !== 0 && !same(words, slots[slot] - 1, row)) slot = (slot + 1) & (slots.length - 1)
    if (slots[slot] === 0) slots[slot] = row + 1
    else repeated.push(row)
  }
  return repeated
}

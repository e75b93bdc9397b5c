/** A map from two whole numbers, of 0 or more, to one. */
export interface PairMap {
  /** The number of a pair, or −1. */
  get(a: number, b: number): number
  set(a: number, b: number, value: number): void
}

const odd = () => (Math.random() * 2 ** 32) | 1

/**
 * An open-addressing table of about 24 bytes a pair. The hash has random factors: no file can be made to cause many collisions.
 */
export function pairMap(): PairMap {
  let bits = 4
  let used = 0
  let slots = new Int32Array(3 << bits).fill(-1)
  const [first, second] = [odd(), odd()]

  /** Where the pair is, or the empty slot where it belongs. */
  function slotOf(a: number, b: number): number {
    let hash = Math.imul(a, first) ^ Math.imul(b, second)
    hash = Math.imul(hash ^ (hash >>> 15), first)
    const mask = (1 << bits) - 1
    let slot = hash >>> (32 - bits)
    while (slots[3 * slot] >= 0 && (slots[3 * slot] !== a || slots[3 * slot + 1] !== b)) slot = (slot + 1) & mask
    return 3 * slot
  }

  function put(a: number, b: number, value: number): void {
    const slot = slotOf(a, b)
    if (slots[slot] < 0) used++
    slots[slot] = a
    slots[slot + 1] = b
    slots[slot + 2] = value
  }

  return {
    get: (a, b) => slots[slotOf(a, b) + 2],
    set(a, b, value) {
      if (2 * used >= 1 << bits) {
        const old = slots
        bits++
        used = 0
        slots = new Int32Array(3 << bits).fill(-1)
        for (let i = 0; i < old.length; i += 3) if (old[i] >= 0) put(old[i], old[i + 1], old[i + 2])
      }
      put(a, b, value)
    }
  }
}

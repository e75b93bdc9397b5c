/** Collects bits into bytes, the low ones of each byte first. */
export interface BitWriter {
  /** Adds the low `count` bits of a number below 2^53, the lowest first. */
  write(value: number, count: number): void
  /** Fills the last byte with zeros; returns how many bytes there are so far. */
  end(): number
  /** All bytes. */
  finish(): Uint8Array
}

export function bitWriter(): BitWriter {
  let bytes = new Uint8Array(1024)
  let used = 0
  let held = 0
  let count = 0
  function push(): void {
    if (used === bytes.length) {
      const larger = new Uint8Array(2 * used)
      larger.set(bytes)
      bytes = larger
    }
    bytes[used++] = held & 255
    held >>>= 8
    count -= 8
  }
  const end = () => {
    if (count > 0) push()
    held = 0
    count = 0
    return used
  }
  /** Adds at most 24 bits of a number that has no higher ones; at most 7 are held before. */
  const add = (value: number, bits: number) => {
    held |= value << count
    count += bits
    while (count >= 8) push()
  }
  return {
    write(value, bits) {
      let rest = value
      for (let left = bits; left > 24; left -= 24) {
        add(rest % 2 ** 24, 24)
        rest = Math.floor(rest / 2 ** 24)
      }
      const last = bits % 24 === 0 ? Math.min(bits, 24) : bits % 24
      add(rest % 2 ** last, last)
    },
    end,
    finish: () => bytes.slice(0, end())
  }
}

/** Collects bits into bytes, the low ones of each byte first. */
export interface BitWriter {
  /** Adds the low `count` bits of a number below 2^53, the lowest first. */
  write(value: number, count: number): void
  writeAll(bits: readonly number[]): void
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
    bytes[used++] = held
    held = 0
    count = 0
  }
  const end = () => {
    if (count > 0) push()
    return used
  }
  const add = (bit: number) => {
    held |= bit << count++
    if (count === 8) push()
  }
  return {
    write(value, bits) {
      for (let i = 0, rest = value; i < bits; i++, rest = Math.floor(rest / 2)) add(rest % 2)
    },
    writeAll: (bits) => bits.forEach(add),
    end,
    finish: () => bytes.slice(0, end())
  }
}

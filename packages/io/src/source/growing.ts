/** Bytes appended one piece after another, in an array that doubles: it never relies on a length that a file states. */
export class GrowingBytes {
  bytes: Uint8Array
  length = 0

  constructor(capacity = 1 << 16) {
    this.bytes = new Uint8Array(capacity)
  }

  /** Makes room for `more` bytes, to be written at `length` by the caller. */
  reserve(more: number): void {
    const needed = this.length + more
    if (needed <= this.bytes.length) return
    const grown = new Uint8Array(Math.max(needed, this.bytes.length * 2))
    grown.set(this.bytes.subarray(0, this.length))
    this.bytes = grown
  }

  append(piece: Uint8Array): void {
    this.reserve(piece.length)
    this.bytes.set(piece, this.length)
    this.length += piece.length
  }

  appendByte(byte: number): void {
    this.reserve(1)
    this.bytes[this.length++] = byte
  }

  /** The bytes so far, in an array of their own. */
  finish(): Uint8Array {
    return this.bytes.slice(0, this.length)
  }
}

/** Numbers appended one after another, in an array that doubles. */
export class GrowingNumbers {
  private values = new Float64Array(1024)
  length = 0

  push(value: number): void {
    if (this.length === this.values.length) {
      const grown = new Float64Array(this.length * 2)
      grown.set(this.values)
      this.values = grown
    }
    this.values[this.length++] = value
  }

  /** The numbers so far, in an array of their own. */
  finish(): Float64Array {
    return this.values.slice(0, this.length)
  }
}

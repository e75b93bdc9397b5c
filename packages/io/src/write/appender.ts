import type { Sink } from '@slimbed/core'
import { GrowingBytes } from '../source/growing.js'

const flushBytes = 4 << 20

/** Collects bytes that follow each other and passes them to a sink in large pieces. */
export class Appender extends GrowingBytes {
  private written = 0

  constructor(private readonly sink: Sink) {
    super()
  }

  /** Passes the collected bytes on if there are many, or in any case with `all`. Resolves to the bytes written so far. */
  async flush(all = false): Promise<number> {
    if (this.length < (all ? 1 : flushBytes)) return this.written
    await this.sink.write(this.bytes.subarray(0, this.length), this.written)
    this.written += this.length
    this.length = 0
    return this.written
  }
}

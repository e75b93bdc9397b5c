/** Memory that is reused, because allocating it costs more than writing to it. */
export interface BufferPool {
  /** An array of this many values, with arbitrary content. */
  lend(length: number): Float32Array
  /** Whether an array was lent and is not back. */
  owns(array: ArrayBufferView): boolean
  release(lent: ArrayBufferView): void
  /** Takes back the memory of a lent array that was on another thread. */
  restore(buffer: ArrayBufferLike): void
  /** The same, but it remains lent. */
  resume(buffer: ArrayBufferLike): void
  /** Forgets a lent array, whose memory another thread is given. */
  forget(lent: ArrayBufferView): void
  clear(): void
}

/** Values below which an array is not worth keeping. */
const least = 1024

/** An empty pool of memory that `make` makes. */
export function createBufferPool(
  make: (bytes: number) => ArrayBufferLike = (bytes) => new ArrayBuffer(bytes)
): BufferPool {
  const spare: ArrayBufferLike[] = []
  const lent = new Set<ArrayBufferLike>()
  return {
    lend(length) {
      const bytes = 4 * Math.max(length, least)
      const at = spare.findIndex(({ byteLength }) => byteLength >= bytes && byteLength <= 2 * bytes)
      const buffer = at < 0 ? make(bytes) : spare.splice(at, 1)[0]
      lent.add(buffer)
      return new Float32Array(buffer, 0, length)
    },
    owns: ({ buffer }) => lent.has(buffer),
    release({ buffer }) {
      if (lent.delete(buffer)) spare.push(buffer)
    },
    restore(buffer) {
      spare.push(buffer)
    },
    resume(buffer) {
      lent.add(buffer)
    },
    forget({ buffer }) {
      lent.delete(buffer)
    },
    clear() {
      spare.length = 0
      lent.clear()
    }
  }
}

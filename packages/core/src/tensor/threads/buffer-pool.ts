/** Memory that is used again: fresh memory costs more than what is written to it. */
export interface BufferPool {
  /** An array of so many values, of any content. */
  lend(length: number): Float32Array
  /** Whether an array was lent and is not back. */
  owns(array: ArrayBufferView): boolean
  release(lent: ArrayBufferView): void
  /** Takes the memory of a lent array, which another thread has had, back. */
  restore(buffer: ArrayBufferLike): void
  /** The same, but it remains lent. */
  resume(buffer: ArrayBufferLike): void
  /** Forgets a lent array, whose memory another thread is given. */
  forget(lent: ArrayBufferView): void
  clear(): void
}

/** Values below which an array is not worth keeping. */
const least = 1024

/** A pool that is empty as yet. */
export function createBufferPool(): BufferPool {
  const spare: ArrayBufferLike[] = []
  const lent = new Set<ArrayBufferLike>()
  return {
    lend(length) {
      const bytes = 4 * Math.max(length, least)
      const at = spare.findIndex(({ byteLength }) => byteLength >= bytes && byteLength <= 2 * bytes)
      const buffer = at < 0 ? new ArrayBuffer(bytes) : spare.splice(at, 1)[0]
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

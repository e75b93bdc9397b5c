/** What may interrupt a read. */
export interface ReadOptions {
  readonly signal?: AbortSignal | undefined
}

/** Bytes that can be read from anywhere: a file of Node, a Blob, ranges of a URL. */
export interface Source {
  /** In bytes. */
  readonly size: number
  /** Resolves to exactly `length` bytes from `offset`; the array is the caller's to keep. */
  read(offset: number, length: number, options?: ReadOptions): Promise<Uint8Array>
}

/** Bytes in memory as a source; they are not copied. */
export const bytesSource = (bytes: Uint8Array): Source => ({
  size: bytes.length,
  read: async (offset, length) => bytes.subarray(offset, offset + length)
})

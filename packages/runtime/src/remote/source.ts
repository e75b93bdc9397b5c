/** The signal that interrupts a read. */
export interface ReadOptions {
  readonly signal?: AbortSignal | undefined
}

/** Options of `Source.read`. */
export interface SourceReadOptions extends ReadOptions {
  /** An array of the length asked for, which the source may fill and return, or leave alone. */
  readonly into?: Uint8Array | undefined
}

/** Bytes that can be read at any offset: a file, a Blob, an array, ranges of a URL. */
export interface Source {
  /** Its name in errors, usually a path. */
  readonly name: string
  /** In bytes. */
  readonly size: number
  /**
   * Resolves to exactly `length` bytes from `offset`; callers stay within `size` and never write to the array, which may
   * be a view of shared storage. Rejects with `corrupt-file` when the bytes are no longer there, and with `io`.
   */
  read(offset: number, length: number, options?: SourceReadOptions): Promise<Uint8Array>
  /** Closes the source. Later reads reject. */
  close?(): Promise<void>
}

/** Bytes in memory as a source; they are not copied. */
export const bytesSource = (name: string, bytes: Uint8Array): Source => ({
  name,
  size: bytes.length,
  read: async (offset, length) => bytes.subarray(offset, offset + length)
})

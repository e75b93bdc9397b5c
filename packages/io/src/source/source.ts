import { SlimbedError } from '@slimbed/core'

/** Bytes that can be read from anywhere: a file, a Blob, an array, a range of HTTP requests. */
export interface ByteSource {
  /** How errors call it: a path, usually. */
  readonly name: string
  /** In bytes. */
  readonly size: number
  /**
   * Resolves to exactly `length` bytes from `offset`; callers stay within `size` and never write to the array, which may
   * be a view of shared storage. `into`, of `length` bytes, may be filled and returned, or left alone.
   * Rejects with `corrupt-file` when the bytes are no longer there, and with `io`.
   */
  read(offset: number, length: number, into?: Uint8Array): Promise<Uint8Array>
  /** Frees what the source holds; reads after it reject. */
  close?(): Promise<void>
}

/** The error of a source that ended early. */
export const endedEarly = ({ name, size }: ByteSource, at: number): SlimbedError =>
  new SlimbedError(
    'corrupt-file',
    `${name}, byte ${at}: expected ${size} bytes in all; the file shrank while being read`
  )

/** The error of a source that has become longer. */
export const grown = ({ name, size }: ByteSource, now: number): SlimbedError =>
  new SlimbedError('corrupt-file', `${name}, byte ${size}: expected its end; the file grew to ${now} while being read`)

/** Bytes in memory as a source; they are not copied. */
export function bytesSource(name: string, bytes: Uint8Array): ByteSource {
  const read = async (offset: number, length: number) => bytes.subarray(offset, offset + length)
  return { name, size: bytes.length, read }
}

/** A Blob or File as a source: slices are read when asked for. */
export function blobSource(name: string, blob: Blob): ByteSource {
  return {
    name,
    size: blob.size,
    async read(offset, length) {
      return new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer())
    }
  }
}

import { SlimbedError, type Source } from '@slimbed/runtime'

/** A source that may be a file of this machine. */
export interface MaybeFile extends Source {
  /**
   * Runs `work`, which is given the descriptor, while the file is open: it reads `length` bytes from `offset`. Rejects as it does, and as `read` where the
   * file has grown. Absent where there is no such file.
   */
  readonly whileOpen?:
    | (<Made>(offset: number, length: number, work: (fd: number) => Promise<Made>) => Promise<Made>)
    | undefined
}

/** The error for a source that ended early. */
export const endedEarly = ({ name, size }: Source, at: number): SlimbedError =>
  new SlimbedError(
    'corrupt-file',
    `${name}, byte ${at}: expected ${size} bytes in all; the file shrank while being read`
  )

/** The error for a source that has become longer. */
export const grown = ({ name, size }: Source, now: number): SlimbedError =>
  new SlimbedError('corrupt-file', `${name}, byte ${size}: expected its end; the file grew to ${now} while being read`)

/** A Blob or File as a source: slices are read when asked for. */
export function blobSource(name: string, blob: Blob): Source {
  return {
    name,
    size: blob.size,
    async read(offset, length) {
      return new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer())
    }
  }
}

import { SlimbedError, type Source } from '@slimbed/runtime'

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

import type { FileHandle } from 'node:fs/promises'
import type { Source } from '@slimbed/runtime'
import { endedEarly, grown } from '../source/source.js'
import { fileError } from './errors.js'
import { mostAtOnce } from './most-at-once.js'

/** A source that must be closed. */
export type OpenSource = Source & { close(): Promise<void> }

/** A file as a source, with its descriptor, which files of a network do not have. */
export type FileSource = OpenSource & { readonly fd?: number | undefined }

/** A file of this machine. */
export type LocalSource = OpenSource & { readonly fd: number }

/** The parts of a file handle that are used. */
export type OpenFile = Pick<FileHandle, 'fd' | 'read' | 'stat' | 'close'>

/** A file that is open already, as a source that closes it. */
export function handleSource(name: string, size: number, handle: OpenFile): LocalSource {
  const source: LocalSource = {
    name,
    size,
    fd: handle.fd,
    async read(offset, length, { into } = {}) {
      const bytes = into ?? new Uint8Array(Buffer.allocUnsafeSlow(length).buffer)
      try {
        for (let filled = 0; filled < length; ) {
          const piece = Math.min(mostAtOnce, length - filled)
          const { bytesRead } = await handle.read(bytes, filled, piece, offset + filled)
          if (bytesRead === 0) throw endedEarly(source, offset + filled)
          filled += bytesRead
        }
        const now = offset + length === size ? (await handle.stat()).size : size
        if (now > size) throw grown(source, now)
      } catch (error) {
        throw fileError(name, error)
      }
      return bytes
    },
    close: () => handle.close()
  }
  return source
}

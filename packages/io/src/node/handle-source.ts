import type { FileHandle } from 'node:fs/promises'
import { endedEarly, grown, type MaybeFile } from '../source/source.js'
import { fileError } from './errors.js'
import { mostAtOnce } from './most-at-once.js'

/** A source that must be closed. */
export type OpenSource = MaybeFile & { close(): Promise<void> }

/** A file as a source, with its descriptor, which files of a network do not have. */
export type FileSource = OpenSource & { readonly fd?: number | undefined }

/** A file of this machine. */
export type LocalSource = OpenSource & { readonly fd: number }

/** The parts of a file handle that are used. */
export type OpenFile = Pick<FileHandle, 'fd' | 'read' | 'stat' | 'close'>

/** A file that is open already, as a source that closes it. */
export function handleSource(name: string, size: number, handle: OpenFile): LocalSource {
  const checkEnd = async (end: number) => {
    const now = end === size ? (await handle.stat()).size : size
    if (now > size) throw grown(source, now)
  }
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
        await checkEnd(offset + length)
      } catch (error) {
        throw fileError(name, error)
      }
      return bytes
    },
    async whileOpen(offset, length, work) {
      const made = await work(handle.fd)
      await checkEnd(offset + length)
      return made
    },
    close: () => handle.close()
  }
  return source
}

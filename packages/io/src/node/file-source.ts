import { type FileHandle, open } from 'node:fs/promises'
import { SlimbedError, type Source } from '@slimbed/core'
import { endedEarly, grown } from '../source/source.js'
import { fileError } from './errors.js'

/** A source that holds something to be freed. */
export type OpenSource = Source & { close(): Promise<void> }

/** A file as a source, with its descriptor. */
export type FileSource = OpenSource & { readonly fd: number }

/** A file that is open already, as a source that closes it. */
export function handleSource(name: string, size: number, handle: FileHandle): FileSource {
  const source: FileSource = {
    name,
    size,
    fd: handle.fd,
    async read(offset, length, { into } = {}) {
      const bytes = into ?? new Uint8Array(Buffer.allocUnsafeSlow(length).buffer)
      try {
        for (let filled = 0; filled < length; ) {
          const { bytesRead } = await handle.read(bytes, filled, length - filled, offset + filled)
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

/** Opens a file as a source; close it when done. Rejects with `not-found`, `bad-input` for a folder or a pipe, or `io`. */
export async function fileSource(path: string): Promise<FileSource> {
  const handle = await open(path, 'r').catch((error) => {
    throw fileError(path, error)
  })
  try {
    const stats = await handle.stat()
    if (stats.isFile()) return handleSource(path, stats.size, handle)
    const what = stats.isDirectory() ? 'a folder' : 'not a regular file; save what it gives in a file first'
    throw new SlimbedError('bad-input', `${path}: expected a file; it is ${what}`)
  } catch (error) {
    await handle.close()
    throw fileError(path, error)
  }
}

import { type FileHandle, open } from 'node:fs/promises'
import { SlimbedError } from '@slimbed/core'
import { type ByteSource, endedEarly } from '../source.js'
import { fileError } from './errors.js'

/** A source that holds something to be freed. */
export type OpenSource = ByteSource & { close(): Promise<void> }

/** A file that is open already, as a source that closes it. */
export function handleSource(name: string, size: number, handle: FileHandle): OpenSource {
  const source: OpenSource = {
    name,
    size,
    async read(offset, length) {
      const bytes = new Uint8Array(Buffer.allocUnsafeSlow(length).buffer)
      for (let filled = 0; filled < length; ) {
        const { bytesRead } = await handle.read(bytes, filled, length - filled, offset + filled).catch((error) => {
          throw fileError(name, error)
        })
        if (bytesRead === 0) throw endedEarly(source, offset + filled)
        filled += bytesRead
      }
      return bytes
    },
    close: () => handle.close()
  }
  return source
}

/** Opens a file as a source; close it when done. Rejects with `not-found`, `bad-input` for a folder or a pipe, or `io`. */
export async function fileSource(path: string): Promise<OpenSource> {
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

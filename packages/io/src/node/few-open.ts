import { SlimbedError } from '@slimbed/runtime'
import type { MaybeFile } from '../source/source.js'
import { fileSource } from './file-source.js'
import type { FileSource } from './handle-source.js'

/** A file that is open, or being opened. */
interface Held {
  readonly path: string
  readonly opened: Promise<FileSource>
  /** Reads under way. */
  users: number
}

/** Files of which a few are open at a time. */
export interface FewOpen {
  /** A file as a source, which a read opens where it is not open. Rejects as `fileSource` does. */
  source(path: string): Promise<MaybeFile>
  /** Closes the files that are open; those that are being read, afterwards. Later reads reject. */
  close(): Promise<void>
}

/** Keeps up to `most` files open, those read last, and those being read: there may be more files than a process may open. */
export function fewOpen(most: number): FewOpen {
  /** The one read last is last. */
  const held: Held[] = []
  let closed = false
  const take = (at: number) => held.splice(at, 1)[0]
  const closeIdle = async () => {
    while (held.length > (closed ? 0 : most)) {
      const idle = held.findIndex(({ users }) => users === 0)
      if (idle < 0) return
      await (await take(idle).opened).close()
    }
  }
  const use = async <Result>(path: string, work: (source: FileSource) => Promise<Result>): Promise<Result> => {
    if (closed) throw new SlimbedError('io', `${path}: it was closed; open it again to read it`)
    const at = held.findIndex((file) => file.path === path)
    const file = at < 0 ? { path, opened: fileSource(path), users: 0 } : take(at)
    held.push(file)
    file.users++
    try {
      const source = await file.opened.catch((error) => {
        // The next read tries again.
        if (held.includes(file)) take(held.indexOf(file))
        throw error
      })
      return await work(source)
    } finally {
      file.users--
      await closeIdle()
    }
  }
  return {
    async source(path) {
      const size = await use(path, async (file) => file.size)
      return {
        name: path,
        size,
        read: (...asked) => use(path, (file) => file.read(...asked)),
        whileOpen: (...asked) =>
          use(path, (file) => {
            if (file.whileOpen) return file.whileOpen(...asked)
            throw new SlimbedError('io', `${path}: expected a file of this machine`)
          })
      }
    },
    async close() {
      closed = true
      await closeIdle()
    }
  }
}

import { randomBytes } from 'node:crypto'
import { access, mkdir, open, readdir, rename, rm, rmdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { SlimbedError } from '@slimbed/runtime'
import { fileError } from './errors.js'
import { mostAtOnce } from './most-at-once.js'

/** Options of `folderStore`. */
export interface FolderStoreOptions {
  /** Whether the folder itself is removed once it is empty. */
  readonly temporary?: boolean
}

/** What files have at their ends that are not complete. */
const incomplete = '.part'

const isAbsent = (error: unknown) => ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')

/** A file, in `room` if that is large enough. In one piece: `readFile` reads many small ones. */
async function readWhole(path: string, room: Uint8Array = new Uint8Array()): Promise<Uint8Array> {
  const handle = await open(path, 'r')
  try {
    const { size } = await handle.stat()
    const bytes = size <= room.length ? room.subarray(0, size) : new Uint8Array(size)
    let done = 0
    while (done < size) {
      const { bytesRead } = await handle.read(bytes, done, Math.min(mostAtOnce, size - done), done)
      if (bytesRead === 0) break
      done += bytesRead
    }
    return bytes.subarray(0, done)
  } finally {
    await handle.close()
  }
}

async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(path, 'wx')
  try {
    for (let done = 0; done < bytes.length; ) {
      const piece = Math.min(mostAtOnce, bytes.length - done)
      done += (await handle.write(bytes, done, piece, done)).bytesWritten
    }
  } finally {
    await handle.close()
  }
}

/**
 * Objects by key, as files of a folder that several machines may see: a store of `@slimbed/cluster`. Objects appear complete, by a rename. `get` reads
 * them into the memory that it is given, if that is large enough.
 *
 * Functions reject with `io` where the folder cannot be read or written.
 */
export function folderStore(root: string, { temporary = false }: FolderStoreOptions = {}) {
  const refuse = (what: string, error: unknown): never => {
    throw new SlimbedError('io', fileError(`store ${root}: ${what}`, error).message, { cause: error })
  }
  const pathOf = (key: string) => {
    if (!/^[\w.-]+(\/[\w.-]+)*$/.test(key) || key.split('/').some((part) => /^\.*$/.test(part))) {
      throw new SlimbedError('bad-input', `store ${root}: not a key: ${JSON.stringify(key)}`)
    }
    return join(root, key)
  }
  return {
    async get(key: string, room?: Uint8Array): Promise<Uint8Array | undefined> {
      try {
        return await readWhole(pathOf(key), room)
      } catch (error) {
        return isAbsent(error) ? undefined : refuse(`${key} cannot be read`, error)
      }
    },
    async has(key: string): Promise<boolean> {
      try {
        await access(pathOf(key))
        return true
      } catch (error) {
        return isAbsent(error) ? false : refuse(`${key} cannot be read`, error)
      }
    },
    async put(key: string, bytes: Uint8Array): Promise<void> {
      const path = pathOf(key)
      const part = `${path}.${randomBytes(4).toString('hex')}${incomplete}`
      try {
        await mkdir(dirname(path), { recursive: true })
        await writeWhole(part, bytes)
        await rename(part, path)
      } catch (error) {
        await rm(part, { force: true }).catch(() => {})
        refuse(`${key} cannot be written`, error)
      }
    },
    async list(prefix: string): Promise<readonly string[]> {
      const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1)
      try {
        const files = await readdir(folder === '' ? root : pathOf(folder.slice(0, -1)))
        return files
          .map((name) => folder + name)
          .filter((key) => key.startsWith(prefix) && !key.endsWith(incomplete))
          .sort()
      } catch (error) {
        return isAbsent(error) ? [] : refuse('it cannot be listed', error)
      }
    },
    async remove(key: string): Promise<void> {
      await rm(pathOf(key), { force: true }).catch((error) => refuse(`${key} cannot be removed`, error))
    },
    async clear(folder: string): Promise<void> {
      // A worker may put something there at the same time.
      const removing = { recursive: true, force: true, maxRetries: 5 }
      await rm(pathOf(folder), removing).catch((error) => refuse(`${folder} cannot be removed`, error))
      // One that is not empty stays.
      if (temporary) await rmdir(root).catch(() => {})
    }
  }
}

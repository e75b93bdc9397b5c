import { fail } from '../check.js'
import { SlimbedError } from '../error.js'
import type { Source } from '../remote/source.js'

/** What is used of `node:fs`, which this package does not import: it is asked for when a file is opened. */
interface FileSystem {
  readonly constants: { readonly O_RDONLY: number; readonly O_NONBLOCK?: number }
  openSync(path: string | URL, flags: number): number
  fstatSync(fd: number): { readonly size: number; isFile(): boolean }
  readSync(fd: number, into: Uint8Array, at: number, length: number, position: number): number
  read(
    fd: number,
    into: Uint8Array,
    at: number,
    length: number,
    position: number,
    done: (error: Error | null, count: number) => void
  ): void
  closeSync(fd: number): void
}

/** Bytes that are read at a time: at 2³¹ and more, Node ends the process. */
const mostAtOnce = 2 ** 30

/** An open file on this machine. */
export interface DiskFile extends Source {
  /** Reads at once, while the caller waits: into `into`, from its byte `at` on. Throws `io` and `corrupt-file`. */
  readNow(into: Uint8Array, at: number, length: number, position: number): void
  close(): Promise<void>
}

const builtin = () =>
  (
    globalThis as { process?: { getBuiltinModule?: (name: 'node:fs') => FileSystem | undefined } }
  ).process?.getBuiltinModule?.('node:fs')

function asError(name: string, error: unknown): never {
  const { message } = error as Error
  const missing = /^ENOENT|^ENOTDIR/.test(message)
  const say = missing ? 'there is no such file' : message
  throw new SlimbedError(missing ? 'not-found' : 'io', `${name}: ${say}`, { cause: error })
}

/** Opens a file. Throws `not-found`, `bad-input` for what is no file, `io`, and `unsupported` where there are no files. */
export function openDiskFile(path: string | URL): DiskFile {
  const name = `${path}`
  const files = builtin() ?? fail('unsupported', `${name}: files are read in Node, Bun and Deno; elsewhere use openUrl`)
  const guarded = <Result>(work: () => Result): Result => {
    try {
      return work()
    } catch (error) {
      return asError(name, error)
    }
  }
  const { O_RDONLY, O_NONBLOCK = 0 } = files.constants
  // A pipe that nobody writes to would be waited for without end.
  const fd = guarded(() => files.openSync(path, O_RDONLY | O_NONBLOCK))
  const stats = guarded(() => files.fstatSync(fd))
  if (!stats.isFile()) {
    files.closeSync(fd)
    fail('bad-input', `${name}: expected a file; it is a folder, a pipe or a device`)
  }
  const { size } = stats
  let closed = false
  let reading = 0
  let wake = () => {}
  const check = () => {
    // The system gives the number of a closed file to another one.
    if (closed) fail('io', `${name}: it has been closed`)
  }
  const ended = (position: number) =>
    fail('corrupt-file', `${name}, byte ${position}: expected ${size} bytes in all; the file shrank while being read`)
  const some = (into: Uint8Array, at: number, length: number, position: number) =>
    new Promise<number>((resolve, reject) => {
      files.read(fd, into, at, length, position, (error, count) => (error ? reject(error) : resolve(count)))
    })
  return {
    name,
    size,
    readNow(into, at, length, position) {
      check()
      for (let done = 0; done < length; ) {
        let count = 0
        try {
          count = files.readSync(fd, into, at + done, Math.min(mostAtOnce, length - done), position + done)
        } catch (error) {
          asError(name, error)
        }
        if (count === 0) ended(position + done)
        done += count
      }
    },
    async read(offset, length, { into = new Uint8Array(length) } = {}) {
      check()
      reading++
      try {
        for (let done = 0; done < length; ) {
          const count = await some(into, done, Math.min(mostAtOnce, length - done), offset + done)
          if (count === 0) ended(offset + done)
          done += count
        }
        return into
      } catch (error) {
        throw error instanceof SlimbedError ? error : guarded(() => asError(name, error))
      } finally {
        if (--reading === 0) wake()
      }
    },
    async close() {
      if (closed) return
      closed = true
      if (reading > 0) {
        await new Promise<void>((done) => {
          wake = done
        })
      }
      files.closeSync(fd)
    }
  }
}

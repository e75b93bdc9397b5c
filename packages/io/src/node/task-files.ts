import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { throwIfAborted } from '@slimbed/core/blocks'
import { SlimbedError } from '@slimbed/runtime'

/** The folders that tasks are read from. If there is none of them, all files of the folder itself are read. */
const folders = ['eval', 'similarity', 'analogy', 'categorization', 'classification', 'retrieval']
/** Files that describe tasks and are not tasks. */
const about = /^(\.|readme|licen[cs]e|copying)|\.(md|json|html)$/i
const mostBytes = 64 * 2 ** 20

/** Files of tasks, for `parseTasks` of `@slimbed/eval`, and those that are too large to be one. */
export interface TaskFiles {
  readonly files: readonly { readonly name: string; readonly bytes: Uint8Array }[]
  readonly skipped: readonly { readonly file: string; readonly reason: string }[]
}

/** The paths of all files below the folders of tasks in `folder`, or in it, in order. */
async function pathsIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const known = entries.filter((entry) => entry.isDirectory() && folders.includes(entry.name))
  const below = await Promise.all(known.map(({ name }) => pathsIn(join(folder, name))))
  const own = known.length > 0 ? [] : entries.filter((entry) => !entry.isDirectory() && !about.test(entry.name))
  return [...below.flat(), ...own.map(({ name }) => join(folder, name)).sort()]
}

/**
 * Reads the files of tasks in a folder: all of it, or, where it has any of the folders `eval`, `similarity`, `analogy`,
 * `categorization`, `classification` and `retrieval`, what is in those. Rejects with `not-found` and `io`.
 */
export async function readTaskFiles(folder: string, signal: AbortSignal): Promise<TaskFiles> {
  const paths = await pathsIn(folder).catch((error: NodeJS.ErrnoException) => {
    const missing = error.code === 'ENOENT' || error.code === 'ENOTDIR'
    const what = missing ? 'there is no such folder' : `cannot be read: ${error.message}`
    throw new SlimbedError(missing ? 'not-found' : 'io', `${folder}: ${what}`, { cause: error })
  })
  const files: TaskFiles['files'][number][] = []
  const skipped: TaskFiles['skipped'][number][] = []
  for (const path of paths) {
    throwIfAborted(signal)
    try {
      const stats = await stat(path)
      if (!stats.isFile() || stats.size > mostBytes) {
        const what = stats.isFile()
          ? `${stats.size} bytes are more than a task has (${mostBytes})`
          : 'not a regular file'
        skipped.push({ file: path, reason: `${path}: ${what}` })
      } else files.push({ name: path, bytes: await readFile(path) })
    } catch (error) {
      skipped.push({ file: path, reason: `${path}: cannot be read: ${(error as Error).message}` })
    }
  }
  return { files, skipped }
}

import { type ParsedTasks, parseTasks } from '@slimbed/eval'
import { readTaskFiles } from '@slimbed/io/node'
import { isSlimbedError, SlimbedError } from '@slimbed/runtime'
import type { Session } from '../session/session.js'

/** The tasks in a folder, and the files that were read for them. */
export async function readTasks(
  folder: string | undefined,
  { signal }: Session
): Promise<{ parsed: ParsedTasks; paths: readonly string[] }> {
  if (folder === undefined) return { parsed: { tasks: [], skipped: [], notes: [] }, paths: [] }
  const { files, skipped } = await readTaskFiles(folder, signal).catch((error: unknown) => {
    if (!isSlimbedError(error) || error.code === 'aborted') throw error
    throw new SlimbedError(error.code, `--tasks ${error.message}`, { cause: error })
  })
  const parsed = parseTasks(files)
  if (parsed.tasks.length === 0) {
    const why = [...skipped, ...parsed.skipped].map(({ reason }) => reason)[0] ?? 'it has no files'
    throw new SlimbedError('bad-input', `--tasks ${folder}: there are no tasks in it: ${why}`)
  }
  const paths = files.map(({ name }) => name)
  return { parsed: { ...parsed, skipped: [...skipped, ...parsed.skipped] }, paths }
}

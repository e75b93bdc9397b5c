import { readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { SlimbedError } from '@slimbed/runtime'

/** The folders in which models keep such files: the folder itself, and one level below. */
async function filesIn(folder: string): Promise<string[]> {
  const found: string[] = []
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  for (const entry of entries) {
    if (!entry.isDirectory()) found.push(entry.name)
    else for (const name of await readdir(join(folder, entry.name)).catch(() => [])) found.push(join(entry.name, name))
  }
  return found.sort()
}

export const isFolder = async (path: string): Promise<boolean> =>
  path !== '-' && ((await stat(path).catch(() => undefined))?.isDirectory() ?? false)

/** Whether a path means several files: a folder, or a pattern with * in its last part. */
export const isSeveral = async (path: string): Promise<boolean> =>
  (await isFolder(path)) || (basename(path).includes('*') && !(await stat(path).catch(() => undefined)))

/** The error for a folder that is not a model. It names the file of vectors in it, if there is one. */
export async function folderError(folder: string): Promise<SlimbedError> {
  const file = (await filesIn(folder)).find((name) => /\.(safetensors|npy|vec|bin|txt)(\.gz)?$/.test(name))
  const hint = file === undefined ? '' : `; give a file in it, such as ${join(folder, file)}`
  return new SlimbedError('bad-input', `${folder}: expected a file; it is a folder${hint}`)
}

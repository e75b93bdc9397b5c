import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { SlimbedError } from '@slimbed/runtime'
import { fileError } from './errors.js'
import { isRemote, isRemoteFolder, nameOf, within } from './net/address.js'
import { isS3 } from './s3/address.js'

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

export const isFolder = async (path: string): Promise<boolean> => {
  if (isRemote(path)) return isRemoteFolder(path)
  return path !== '-' && ((await stat(path).catch(() => undefined))?.isDirectory() ?? false)
}

/** Whether a path means several files: a folder, or a pattern with * in its last part. */
export const isSeveral = async (path: string): Promise<boolean> => {
  if (await isFolder(path)) return true
  if (!nameOf(path).includes('*')) return false
  return isRemote(path) ? isS3(path) : !(await stat(path).catch(() => undefined))
}

/** The names in a folder of this machine; none where there is no such folder. Rejects with `io`. */
const localNames = (folder: string): Promise<string[]> =>
  readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return []
    throw fileError(folder, error)
  })

/** The names of what lies in a folder, not below it; none where there is no such folder. Of a network, `begin` is how they begin. Rejects with `io`. */
export async function namesIn(folder: string, begin = ''): Promise<string[]> {
  if (!isRemote(folder)) return localNames(folder)
  if (!isS3(folder)) return []
  const { listObjects, s3Settings } = await import('./s3/index.js')
  const names: string[] = []
  const prefix = within(folder, begin)
  const before = prefix.length - begin.length
  for await (const { url } of listObjects(prefix, s3Settings(), false)) {
    // Some programs make an empty object for a folder.
    if (url.length > before) names.push(url.slice(before))
  }
  return names
}

/** The error for a folder that is not a model. It names the file of vectors in it, if there is one. */
export async function folderError(folder: string): Promise<SlimbedError> {
  const file = (await filesIn(folder)).find((name) => /\.(safetensors|npy|vec|bin|txt)(\.gz)?$/.test(name))
  const hint =
    file === undefined ? ', in which no file of vectors is found' : `; give a file in it, such as ${join(folder, file)}`
  return new SlimbedError('bad-input', `${folder}: expected a file; it is a folder${hint}`)
}

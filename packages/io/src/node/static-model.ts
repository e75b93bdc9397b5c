import { chmod, mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { isSlimbedError, SlimbedError } from '@slimbed/runtime'
import { begins } from '../formats/format.js'
import { readSafetensorsHeader } from '../safetensors/header.js'
import { type Folder, layouts, type StaticModel } from '../static-model/model.js'
import type { WritableStaticModel } from '../static-model/write.js'
import { fileError } from './errors.js'
import { fileSource } from './file-source.js'
import { isFolder, isSeveral } from './folder.js'
import { folderOf, isRemote, nameOf, within } from './net/address.js'
import { removeAtExit, sweepTemporaries, temporaryName } from './temporary.js'
import { writeAtomically } from './write-atomically.js'

/** The files below a path. */
const folderAt =
  (folder: string): Folder =>
  async (path) => {
    try {
      return await fileSource(within(folder, path))
    } catch (error) {
      if (isSlimbedError(error, 'not-found')) return undefined
      throw error
    }
  }

/** What a file is by its first bytes: an archive, vectors of a static model, or neither. */
async function kindOf(path: string): Promise<'zip' | 'vectors' | undefined> {
  const source = await fileSource(path)
  try {
    const head = await source.read(0, Math.min(4, source.size))
    if (begins(head, 0x50, 0x4b, 3, 4)) return 'zip'
    if (nameOf(path) !== 'model.safetensors') return undefined
    const { tensors } = await readSafetensorsHeader(source)
    return layouts.some(({ matrix }) => tensors.get(matrix)?.shape.length === 2) ? 'vectors' : undefined
  } finally {
    await source.close()
  }
}

/** Most files are no static model: what reads one is loaded where it is needed. */
const readModel = async (path: string, folder: Folder): Promise<StaticModel> =>
  (await import('../static-model/read.js')).readStaticModel(path, folder)

async function inZip(path: string): Promise<StaticModel> {
  if (isRemote(path)) {
    throw new SlimbedError('unsupported', `${path}: a zip archive is read from a disk: download it, and give the file`)
  }
  const { zipFolder } = await import('./zip-folder.js')
  const { folder, close } = await zipFolder(path)
  try {
    const model = await readModel(path, folder)
    return {
      ...model,
      async close() {
        await model.close()
        close()
      }
    }
  } catch (error) {
    close()
    throw error
  }
}

/** The folder of the model whose vectors a file has. */
const modelFolder = (path: string): string => {
  const folder = isRemote(path) ? folderOf(path) : dirname(resolve(path))
  return nameOf(folder) === '0_StaticEmbedding' ? folderOf(folder) : folder
}

/**
 * Opens a static model as `readStaticModel` does: its folder, its `model.safetensors` in there, or a zip archive of the folder; close the
 * result when done. Rejects with `not-found` also for other files.
 */
export async function openStaticModel(path: string): Promise<StaticModel> {
  if (await isFolder(path)) return readModel(path, folderAt(path))
  const kind = (await isSeveral(path)) ? undefined : await kindOf(path)
  if (kind === 'zip') return inZip(path)
  if (kind === 'vectors') return readModel(path, folderAt(modelFolder(path)))
  throw new SlimbedError('not-found', `${path}: expected the folder of a model, its model.safetensors, or a zip of it`)
}

/** The static model at a path, as `openStaticModel` opens it; undefined for anything else. Rejects as that does for a damaged one. */
export async function staticModelAt(path: string): Promise<StaticModel | undefined> {
  if (path === '-') return undefined
  try {
    return await openStaticModel(path)
  } catch (error) {
    if (isSlimbedError(error, 'not-found')) return undefined
    throw error
  }
}

/**
 * Writes a static model into a folder that is not there yet or is empty; the folder is complete or does not exist. Rejects with
 * `bad-input` for a folder that has files, and as `staticModelFiles` throws.
 */
export async function writeStaticModel(folder: string, model: WritableStaticModel): Promise<void> {
  const files = (await import('../static-model/write.js')).staticModelFiles(model)
  const target = resolve(folder)
  const found = await stat(target).catch(() => undefined)
  if (found && !(found.isDirectory() && (await readdir(target)).length === 0)) {
    throw new SlimbedError('bad-input', `${folder}: expected a folder that is new or empty`)
  }
  await sweepTemporaries(dirname(target))
  const temporary = join(dirname(target), temporaryName(basename(target)))
  const forget = removeAtExit(temporary)
  try {
    // Only its owner can read it until it is complete.
    await mkdir(temporary, 0o700)
    for (const [path, write] of files) {
      await mkdir(dirname(join(temporary, path)), { recursive: true })
      await writeAtomically(join(temporary, path), write)
    }
    await chmod(temporary, 0o777 & ~process.umask())
    await rename(temporary, target)
  } catch (error) {
    await rm(temporary, { recursive: true, force: true })
    throw error instanceof Error && 'syscall' in error ? fileError(folder, error) : error
  } finally {
    forget()
  }
}

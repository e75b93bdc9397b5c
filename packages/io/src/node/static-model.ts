import { chmod, mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { isSlimbedError, SlimbedError } from '@slimbed/runtime'
import type { StaticModel } from '../static-model/model.js'
import { readStaticModel } from '../static-model/read.js'
import { staticModelFiles, type WritableStaticModel } from '../static-model/write.js'
import { fileError } from './errors.js'
import { fileSource } from './file-source.js'
import { removeAtExit, sweepTemporaries, temporaryName } from './temporary.js'
import { writeAtomically } from './write-atomically.js'

/** Opens the folder of a static model as `readStaticModel` does; close the result when done. */
export async function openStaticModel(folder: string): Promise<StaticModel> {
  return readStaticModel(folder, async (path) => {
    try {
      return await fileSource(join(folder, path))
    } catch (error) {
      if (isSlimbedError(error, 'not-found')) return undefined
      throw error
    }
  })
}

/**
 * Writes a static model into a folder that is not there yet or is empty; the folder is complete or does not exist. Rejects with
 * `bad-input` for a folder that has files, and as `staticModelFiles` throws.
 */
export async function writeStaticModel(folder: string, model: WritableStaticModel): Promise<void> {
  const files = staticModelFiles(model)
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

import { stat } from 'node:fs/promises'
import { fileError } from './errors.js'
import { partsAt } from './parts.js'
import { headObject, isS3, s3Settings } from './s3/index.js'

/** A file that is read, as it was when it was looked at. */
export interface InputFile {
  readonly path: string
  readonly size: number
  /** Another one when the file has changed: the time of its last change, in milliseconds, or the tag that a store gives it. */
  readonly version: string
}

/** A file as it is now. Rejects with `not-found` and `io`. */
export async function inputFile(path: string): Promise<InputFile> {
  if (isS3(path)) {
    const found = await headObject(path, s3Settings())
    if (found) return { path, size: found.size, version: found.version }
    throw fileError(path, Object.assign(new Error(), { code: 'ENOENT' }))
  }
  try {
    const { size, mtimeMs } = await stat(path)
    return { path, size, version: `${Math.floor(mtimeMs)}` }
  } catch (error) {
    throw fileError(path, error)
  }
}

/** The files that an input means: itself, or the parts of a table. Rejects with `not-found` and `io`. */
export const inputFiles = async (path: string): Promise<readonly InputFile[]> =>
  Promise.all(((await partsAt(path)) ?? [path]).map(inputFile))

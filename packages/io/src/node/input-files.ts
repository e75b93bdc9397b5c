import { stat } from 'node:fs/promises'
import { SlimbedError } from '@slimbed/runtime'
import { scaleNames } from '../safetensors/scales.js'
import { fileError } from './errors.js'
import { fileSource } from './file-source.js'
import { folderOf, isRemote, nameOf } from './net/address.js'
import { partsAt } from './parts.js'
import { isS3 } from './s3/address.js'
import { indexOf, shardsAt } from './shards.js'

/** A file that is read, as it was when it was looked at. */
export interface InputFile {
  readonly path: string
  readonly size: number
  /** Another one when the file has changed: the time of its last change, in milliseconds, or the tag that a store gives it. */
  readonly version: string
}

/** An object of S3 as it is now. */
async function objectAt(path: string): Promise<InputFile> {
  const { headObject, s3Settings } = await import('./s3/index.js')
  const found = await headObject(path, s3Settings())
  if (found) return { path, size: found.size, version: found.version }
  throw new SlimbedError('not-found', `${path}: there is no such object`)
}

/** A file as it is now; of a web server, its size alone. Rejects with `not-found` and `io`. */
export async function inputFile(path: string): Promise<InputFile> {
  if (isS3(path)) return objectAt(path)
  if (isRemote(path)) {
    const source = await fileSource(path)
    await source.close()
    return { path, size: source.size, version: '' }
  }
  try {
    const { size, mtimeMs } = await stat(path)
    return { path, size, version: `${Math.floor(mtimeMs)}` }
  } catch (error) {
    throw fileError(path, error)
  }
}

/** A file; where it is a shard of a model, also those with the scales of these tensors, or of any of its own. */
async function withScales(path: string, tensors: readonly string[] | undefined): Promise<readonly string[]> {
  const shards = path.endsWith('.safetensors') ? await shardsAt(folderOf(path)).catch(() => undefined) : undefined
  const found = [...(shards ?? [])]
  // The same file may be called by another path.
  const isOwn = (file: string) => nameOf(file) === nameOf(path)
  const names = tensors ?? found.flatMap(([name, file]) => (isOwn(file) ? [name] : []))
  const read = new Set(names.flatMap((name) => [name, ...scaleNames(name)]))
  const others = found.flatMap(([name, file]) => (read.has(name) && !isOwn(file) ? [file] : []))
  return [path, ...new Set(others)]
}

/**
 * The files that an input means: itself, and shards with scales of its tensors; the parts of a table; of a model in shards, its index and the shards of these tensors and of their scales,
 * or all shards. Rejects with `corrupt-file`, `not-found` and `io`.
 */
export async function filesMeant(path: string, tensors?: readonly string[]): Promise<readonly string[]> {
  const index = await indexOf(path)
  const shards = index === undefined ? undefined : await shardsAt(index)
  if (index === undefined || !shards) return (await partsAt(path)) ?? withScales(path, tensors)
  const names = tensors?.flatMap((name) => [name, ...scaleNames(name)]) ?? [...shards.keys()]
  return [...new Set([index, ...names.flatMap((name) => shards.get(name) ?? [])])]
}

/** The files of `filesMeant` as they are now. Rejects as it does. */
export const inputFiles = async (path: string, tensors?: readonly string[]): Promise<readonly InputFile[]> =>
  Promise.all((await filesMeant(path, tensors)).map(inputFile))

import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { SlimbedError } from '@slimbed/core'
import { isFolder, writeAtomically } from '@slimbed/io/node'
import type { RewrittenTfjs, TfjsInput } from '@slimbed/tfjs'
import { checkOutput } from '../open/paths.js'

/** A model that is read, and where the new one goes. */
export interface TfjsPaths {
  /** `model.json`. */
  readonly input: string
  /** The `model.json` to write; its files of weights lie beside it. */
  readonly output: string
  /** The folder that is made for it. */
  readonly folder: string | undefined
}

/** The `model.json` of a path. */
export const modelFile = async (path: string): Promise<string> =>
  (await isFolder(path)) ? join(path, 'model.json') : path

/** Where a model is read and where it goes: a folder to a folder, a file to a file. Rejects as `checkOutput` does, before any work is done. */
export async function tfjsPaths(
  path: string,
  output: string,
  inputs: readonly (string | undefined)[]
): Promise<TfjsPaths> {
  const input = await modelFile(path)
  if (output === '-')
    throw new SlimbedError('bad-option', '-o -: a TF.js model has several files: give the name of one')
  if (input === path) {
    await checkOutput(output, [path, ...inputs])
    return { input, output, folder: undefined }
  }
  const found = await stat(output).catch(() => undefined)
  const empty = found?.isDirectory() && (await readdir(output)).length === 0
  if (found && !empty) throw new SlimbedError('bad-input', `-o ${output}: expected a folder that is new or empty`)
  await checkOutput(resolve(output, '..', `${basename(resolve(output))}.folder`), [], `-o ${output}`)
  return { input, output: join(output, 'model.json'), folder: output }
}

/** A model, its files that have been read and their bytes. Rejects with `corrupt-file` for what is no JSON, `not-found` for a file that is missing. */
export async function openTfjs(
  path: string
): Promise<TfjsInput & { bytes(): number; readonly files: readonly string[] }> {
  const text = await readFile(path)
  let bytes = text.length
  const files = [path]
  let json: unknown
  try {
    json = JSON.parse(text.toString('utf8'))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new SlimbedError(
      'corrupt-file',
      `${path}: expected the model.json of a TF.js model; it is no JSON: ${reason}`
    )
  }
  const read = async (name: string): Promise<Uint8Array> => {
    const data = await readFile(join(dirname(path), name)).catch((error: NodeJS.ErrnoException) => {
      const code = error.code === 'ENOENT' ? 'not-found' : 'io'
      const what = code === 'not-found' ? 'is not there' : 'cannot be read'
      throw new SlimbedError(code, `${path}: ${name}, a file of its weights, ${what}`, { cause: error })
    })
    bytes += data.length
    files.push(join(dirname(path), name))
    return data
  }
  return { json, read, files, bytes: () => bytes }
}

/** The beginning of the names of the files of weights. */
export const shardNameOf = ({ output }: TfjsPaths): string => basename(output).replace(/\.json$/i, '')

/** Writes the files of weights, then `model.json`. Resolves to their bytes. What was written is removed when the rest cannot be. */
export async function writeTfjs(
  { output, folder }: TfjsPaths,
  { json, shards }: Pick<RewrittenTfjs, 'json' | 'shards'>,
  { signal }: { readonly signal: AbortSignal }
): Promise<number> {
  const files = [...shards, { name: basename(output), bytes: new TextEncoder().encode(json) }]
  const place = dirname(output)
  const written: string[] = []
  try {
    if (folder !== undefined) await mkdir(folder, { recursive: true })
    for (const { name, bytes } of files) {
      signal.throwIfAborted()
      const path = join(place, name)
      await writeAtomically(path, (sink) => sink.write(bytes, 0))
      written.push(path)
    }
  } catch (error) {
    for (const path of written) await rm(path, { force: true })
    if (folder !== undefined) await rm(folder, { recursive: true, force: true })
    throw error
  }
  return files.reduce((sum, { bytes }) => sum + bytes.length, 0)
}

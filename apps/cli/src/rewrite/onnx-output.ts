import { cp, mkdir, readdir, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { SlimbedError } from '@slimbed/core'
import { isFolder, writeAtomically } from '@slimbed/io/node'
import type { Piece, Rewritten } from '@slimbed/onnx'
import { checkOutput } from '../open/paths.js'
import type { Session } from '../session/session.js'

/** A model that is read, and where the new one goes. */
export interface OnnxPaths {
  /** The file of the model. */
  readonly input: string
  /** The file to write. */
  readonly output: string
  /** The folder that is made for it with the other files of this one; undefined where only the file is written. */
  readonly folder: { readonly from: string; readonly to: string } | undefined
}

const sameFolder = (a: string, b: string): boolean => resolve(a) === resolve(b)

/** The file of a model's folder that is rewritten: `onnx/model.onnx`, or the only one. */
async function modelIn(folder: string): Promise<string> {
  const files = (await readdir(join(folder, 'onnx'))).filter((name) => name.endsWith('.onnx'))
  if (files.includes('model.onnx')) return join(folder, 'onnx', 'model.onnx')
  if (files.length === 1) return join(folder, 'onnx', files[0])
  const found = files.length === 0 ? 'there is no .onnx file' : `there are ${files.join(', ')}`
  throw new SlimbedError(
    'not-found',
    `${folder}: expected onnx/model.onnx; ${found}; name a file instead of the folder`
  )
}

/** Where a model is read and where it goes. Rejects as `checkOutput` does, before any work is done. */
export async function onnxPaths(
  path: string,
  output: string,
  suffix: string | undefined,
  inputs: readonly (string | undefined)[]
): Promise<OnnxPaths> {
  if (!(await isFolder(path))) {
    if (suffix !== undefined) throw new SlimbedError('bad-option', '--suffix goes with a folder')
    await checkOutput(output, [path, ...inputs])
    return { input: path, output, folder: undefined }
  }
  if (suffix !== undefined && !/^[A-Za-z0-9_-]*$/.test(suffix)) {
    throw new SlimbedError('bad-option', `--suffix ${suffix}: expected letters, digits, _ and - such as _q4`)
  }
  const input = await modelIn(path)
  const file = join(output, 'onnx', `model${suffix ?? ''}.onnx`)
  if (sameFolder(path, output)) {
    if (!suffix)
      throw new SlimbedError('bad-input', `-o ${output}: this is the folder that is read: give a --suffix, such as _q4`)
    await checkOutput(file, [input, ...inputs], `--suffix ${suffix}`)
    return { input, output: file, folder: undefined }
  }
  const found = await stat(output).catch(() => undefined)
  const empty = found?.isDirectory() && (await readdir(output)).length === 0
  if (found && !empty) {
    throw new SlimbedError(
      'bad-input',
      `-o ${output}: expected a folder that is new or empty, or that of the model with --suffix`
    )
  }
  await checkOutput(resolve(output, '..', `${basename(resolve(output))}.folder`), [], `-o ${output}`)
  return { input, output: file, folder: { from: path, to: output } }
}

/** The name of the second file of a model, as transformers.js calls it. */
export const dataNameOf = ({ output }: OnnxPaths): string => `${basename(output)}_data`

/** The bytes of a part of a file, in blocks. */
async function* blocksOf(piece: Piece): AsyncGenerator<Uint8Array> {
  if (piece instanceof Uint8Array) yield piece
  else {
    const block = 16 * 2 ** 20
    for (let at = 0; at < piece.length; at += block) {
      yield await piece.source.read(piece.start + at, Math.min(block, piece.length - at))
    }
  }
}

async function writePieces(path: string, pieces: readonly Piece[], { signal }: Session): Promise<number> {
  return writeAtomically(path, async (sink) => {
    let at = 0
    for (const piece of pieces) {
      for await (const bytes of blocksOf(piece)) {
        signal.throwIfAborted()
        await sink.write(bytes, at)
        at += bytes.length
      }
    }
    return at
  })
}

/** Copies what a folder has beside its models. */
async function copyOthers({ from, to }: { from: string; to: string }): Promise<void> {
  for (const entry of await readdir(from, { withFileTypes: true })) {
    if (entry.name !== 'onnx') await cp(join(from, entry.name), join(to, entry.name), { recursive: true })
  }
}

/** Writes a model, its second file first, and the other files of its folder. Resolves to bytes of the model. A folder that is not complete is removed. */
export async function writeOnnx(paths: OnnxPaths, { model, data }: Rewritten, session: Session): Promise<number> {
  const { output, folder } = paths
  if (data && output === '-')
    throw new SlimbedError('bad-option', '-o -: the model has a second file: give the name of a file')
  try {
    if (folder) {
      await mkdir(dirname(output), { recursive: true })
      await copyOthers(folder)
    }
    const second = data ? await writePieces(join(dirname(output), data.name), data.pieces, session) : 0
    return second + (await writePieces(output, model, session))
  } catch (error) {
    if (folder) await rm(folder.to, { recursive: true, force: true })
    throw error
  }
}

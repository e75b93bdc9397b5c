import { throwIfAborted } from '@slimbed/core'
import { artefactTables, checkSafetensors } from '@slimbed/io'
import { fileSource, isFolder } from '@slimbed/io/node'
import { type Artefact, isSlimbedError, load, SlimbedError } from '@slimbed/runtime'
import { loadModel, type Model } from '@slimbed/runtime/model'
import { trellisKinds } from '@slimbed/runtime/trellis'
import type { Session } from '../session/session.js'

const chunkBytes = 64 * 2 ** 20

/** The bytes of a file; unlike readFile it takes files of any size, and can be interrupted. */
export async function bytesOf(path: string, { signal, progress }: Session): Promise<Uint8Array> {
  const source = await fileSource(path)
  try {
    const report = progress.phase('reading', source.size)
    const bytes = new Uint8Array(source.size)
    for (let at = 0; at < bytes.length; at += chunkBytes) {
      throwIfAborted(signal)
      bytes.set(await source.read(at, Math.min(chunkBytes, bytes.length - at)), at)
      report(Math.min(at + chunkBytes, bytes.length), bytes.length)
    }
    return bytes
  } finally {
    await source.close()
  }
}

const what = 'an artefact, a file that "slimbed compress" made'

/** Runs `work` on the bytes of an artefact; errors name its path. What its first bytes show to be none is not read further. */
async function reading<Result>(path: string, session: Session, work: (bytes: Uint8Array) => Result): Promise<Result> {
  const source = await fileSource(path)
  const head = await source.read(0, Math.min(4096, source.size)).finally(() => source.close())
  checkSafetensors(path, head, what)
  const bytes = await bytesOf(path, session)
  try {
    return work(bytes)
  } catch (error) {
    if (!isSlimbedError(error)) throw error
    throw new SlimbedError(error.code, `${path}: ${error.message}`, { cause: error })
  }
}

/** The names of an artefact's tables: none when it is one table, undefined when it is no artefact. Reads its header. */
export async function tablesIn(path: string): Promise<readonly string[] | undefined> {
  if (await isFolder(path)) return undefined
  const source = await fileSource(path)
  return artefactTables(source).finally(() => source.close())
}

/**
 * The name of the table that `--tensor` chooses, or the only one; undefined in a file of one table. Throws `bad-option` for a table
 * that is not there, a choice that is not made, or one where there is none.
 */
export function chosenTable(path: string, tables: readonly string[], tensor: string | undefined): string | undefined {
  if (tables.length === 0) {
    if (tensor === undefined) return undefined
    throw new SlimbedError('bad-option', `--tensor ${tensor}: ${path} is one table; this is for files with several`)
  }
  if (tensor === undefined && tables.length === 1) return tables[0]
  if (tensor !== undefined && tables.includes(tensor)) return tensor
  const list = tables.slice(0, 20).join(', ')
  const what = tensor === undefined ? `${path} has several tables` : `--tensor ${tensor}: no such table in ${path}`
  throw new SlimbedError('bad-option', `${what}; choose one of them with --tensor: ${list}`)
}

/**
 * Reads an artefact, of several tables the one that `tensor` names. Rejects as `load` does, with `not-found`, `io` and `aborted`,
 * and as `chosenTable` does.
 */
export async function readArtefact(path: string, session: Session, tensor?: string): Promise<Artefact> {
  const table = chosenTable(path, (await tablesIn(path)) ?? [], tensor)
  return reading(path, session, (bytes) => load(bytes, { table, kinds: trellisKinds }))
}

/** Reads all tables of an artefact. Rejects as `load` does, with `not-found`, `io` and `aborted`. */
export const readArtefactModel = (path: string, session: Session): Promise<{ model: Model; bytes: Uint8Array }> =>
  reading(path, session, (bytes) => ({ model: loadModel(bytes, { kinds: trellisKinds }), bytes }))

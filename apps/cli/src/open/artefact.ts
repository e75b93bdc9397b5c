import { throwIfAborted } from '@slimbed/core'
import { artefactTables, checkSafetensors } from '@slimbed/io'
import { fileSource, isSeveral, isShards } from '@slimbed/io/node'
import {
  type Artefact,
  bytesSource,
  load,
  parseSafetensors,
  type SafetensorsEntry,
  type SafetensorsHeader,
  SlimbedError,
  type Source,
  type Table,
  type TableShape
} from '@slimbed/runtime'
import { loadModel, type Model } from '@slimbed/runtime/model'
import type { Session } from '../session/session.js'
import { everyKind } from './every-kind.js'
import { naming } from './naming.js'
import { expectedArtefact, type OnDisk, type OpenedOnDisk, openOnDisk } from './on-disk.js'

const chunkBytes = 64 * 2 ** 20
/** How many bytes are read first: enough to recognise other formats. */
const headBytes = 4096

/** Allocates memory for a file. Throws `unsupported` if the file is too large. */
function roomFor(path: string, size: number): Uint8Array {
  try {
    return new Uint8Array(size)
  } catch (error) {
    throw new SlimbedError('unsupported', `${path}: ${size} bytes are more than can be held in memory here`, {
      cause: error
    })
  }
}

/**
 * Reads a whole safetensors file into memory. Another format is refused after its first bytes; `what` says in the error what was expected.
 * Rejects with `bad-input`, `unsupported`, `io` and `aborted`.
 */
export async function bytesOf(path: string, what: string, { signal, progress }: Session): Promise<Uint8Array> {
  const source = await fileSource(path)
  try {
    checkSafetensors(path, await source.read(0, Math.min(headBytes, source.size)), what)
    const report = progress.phase('reading', source.size)
    const bytes = roomFor(path, source.size)
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

/** Runs `work` on the bytes of an artefact; errors name its path. */
const reading = async <Result>(
  path: string,
  session: Session,
  work: (bytes: Uint8Array) => Result
): Promise<Result> => {
  const bytes = await bytesOf(path, expectedArtefact, session)
  return naming(path, () => work(bytes))
}

/** The names of an artefact's tables: an empty list for a single table, undefined if the file is not an artefact. Reads only the header. */
export async function tablesIn(path: string): Promise<readonly string[] | undefined> {
  if (await isShards(path)) return []
  if (await isSeveral(path)) return undefined
  const source = await fileSource(path)
  return artefactTables(source).finally(() => source.close())
}

/**
 * The name of the table that `--tensor` chooses, or of the only one; undefined in a file of a single table. Throws `bad-option` if there is no
 * such table, if there are several and none is chosen, and if one is chosen in a file of a single table.
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
 * Reads an artefact into memory. If it has several tables, `tensor` names the one to read. Rejects as `load` throws, with `not-found`, `io` and
 * `aborted`, and as `chosenTable` throws.
 */
export async function readArtefact(path: string, session: Session, tensor?: string): Promise<Artefact> {
  const table = chosenTable(path, (await tablesIn(path)) ?? [], tensor)
  const kinds = await everyKind()
  return reading(path, session, (bytes) => load(bytes, { table, kinds }))
}

/** A table of an artefact, in memory or, if it is large, on disk. */
export interface OpenArtefact extends Pick<Artefact, 'vocabulary' | 'manifest' | 'sizes' | 'extra'> {
  /** The table. Its rows can be read in blocks with `expand`. */
  readonly table: Table
  readonly shape: TableShape
  /** Rows `start .. start + count` as a table in memory, where the table itself is not. */
  readonly take?: OpenedOnDisk['take']
  close(): Promise<void>
}

const nothing = async () => {}

/** Opens a table of an artefact; with `inMemory`, however large it is. Close it when done. Rejects as `readArtefact` does. */
export async function openArtefact(
  path: string,
  session: Session,
  tensor?: string,
  inMemory = false
): Promise<OpenArtefact> {
  const name = chosenTable(path, (await tablesIn(path)) ?? [], tensor)
  if (await isShards(path)) return (await import('./shards.js')).openShardsAt(path, session, inMemory)
  const disk = inMemory ? undefined : await openOnDisk(path, session, [name])
  const found = disk?.tables.get(name)
  if (disk && found) return { ...found, close: disk.close }
  const artefact = await readArtefact(path, session, name)
  return { ...artefact, shape: artefact.table, close: nothing }
}

/** Bytes of the words among the tensors of an artefact. */
export function vocabularyBytes({ tensors }: SafetensorsHeader): number {
  let bytes = 0
  for (const { name, begin, end } of tensors.values()) if (name.startsWith('vocabulary.')) bytes += end - begin
  return bytes
}

/** All tables of a model, and its other tensors. */
export interface OpenModel extends Pick<Model, 'tables' | 'vocabulary' | 'manifest' | 'metadata'> {
  readonly shapes: ReadonlyMap<string, TableShape>
  /** Of the words. */
  readonly vocabularyBytes: number
  /** The tensors that were not compressed. */
  readonly entries: readonly SafetensorsEntry[]
  readonly source: Source
  close(): Promise<void>
}

/** A large model, read from its file: its tables, and as `entries` the tensors that belong neither to a table nor to the words. */
function modelOnDisk({ source, header, tables, close }: OnDisk): OpenModel {
  const names = [...tables.keys()].map((name) => name ?? '')
  const [first] = tables.values()
  const own = [...names.map((name) => `${name}/`), 'vocabulary.']
  const metadata = new Map(header.metadata)
  for (const key of ['slimbed', 'checksum']) metadata.delete(key)
  const pairs = [...tables.values()].map((opened, i) => [names[i], opened] as const)
  return {
    source,
    close,
    metadata,
    manifest: first.manifest,
    vocabulary: first.vocabulary,
    vocabularyBytes: vocabularyBytes(header),
    tables: new Map(pairs.map(([name, { table }]) => [name, table])),
    shapes: new Map(pairs.map(([name, { shape }]) => [name, shape])),
    entries: [...header.tensors.values()].filter(({ name }) => !own.some((prefix) => name.startsWith(prefix)))
  }
}

/** Opens all tables of a model; close it when done. Rejects as `load` throws, with `not-found`, `io` and `aborted`. */
export async function openArtefactModel(path: string, session: Session): Promise<OpenModel> {
  const disk = await openOnDisk(path, session, (await tablesIn(path)) ?? [])
  if (disk) return modelOnDisk(disk)
  const kinds = await everyKind()
  return reading(path, session, (bytes) => {
    const { tensors, ...model } = loadModel(bytes, { kinds })
    const own = {
      source: bytesSource(path, bytes),
      vocabularyBytes: vocabularyBytes(parseSafetensors(bytes, bytes.length)),
      close: nothing
    }
    return { ...model, shapes: model.tables, entries: [...tensors.values()], ...own }
  })
}

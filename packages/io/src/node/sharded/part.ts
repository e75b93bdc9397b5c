import { createHash } from 'node:crypto'
import type { ReadableSink } from '@slimbed/core/artefact'
import type { Journal } from '@slimbed/core/resume'
import { isObject, isSlimbedError, type JsonObject, SlimbedError, type Source } from '@slimbed/runtime'
import { crc32, hex8, safetensorsDataStart } from '@slimbed/runtime/format'
import type { ShardPart } from '@slimbed/runtime/shards'
import { fileSource } from '../file-source.js'
import { isRemote, within } from '../net/address.js'
import { type WriteOptions, writeAtomically } from '../write-atomically.js'
import { writeResumably } from '../write-resumably.js'
import { recordEnding } from './manifest.js'

/** A part that is written, and what was told of it. */
export interface WrittenPart {
  readonly part: ShardPart
  readonly made: JsonObject
}

/** What fills the file of a part: it resolves to the bytes of the file, and to what is told of it. */
export type MakePart = (
  sink: ReadableSink,
  journal: Journal | undefined
) => Promise<{ readonly bytes: number; readonly made: JsonObject }>

/** Options of `writePart`. */
export interface PartOptions extends WriteOptions {
  /**
   * All that the bytes of the table follow from. With it, a part that an earlier run of the same has written is not written again, and one that it was
   * interrupted in is gone on with, in a folder: then there is a journal. It takes a record beside each part.
   */
  readonly identity?: string | undefined
}

/** A short name for all that something follows from. */
export const hashOf = (identity: string): string => createHash('sha256').update(identity).digest('hex').slice(0, 16)

/** What a manifest says of a part. Rejects as `read` does. */
async function describe(file: string, rows: number, { size, read }: Pick<Source, 'size' | 'read'>): Promise<ShardPart> {
  const length = safetensorsDataStart(await read(0, 8), size)
  return { file, rows, bytes: size, header: hex8(crc32(await read(0, length))) }
}

/** Rejects with `io` where the file of a part in a folder, or below a URL, is not the one that was written. */
export async function checkPart(folder: string, part: ShardPart): Promise<void> {
  const path = within(folder, part.file)
  const refuse = (is: string, cause?: unknown): never => {
    throw new SlimbedError('io', `${path}: the part was written, and is ${is}: run it again`, { cause })
  }
  const source = await fileSource(path).catch((error) => {
    if (isSlimbedError(error, 'not-found')) return refuse('gone', error)
    throw error
  })
  try {
    const found = await describe(part.file, part.rows, source)
    if (JSON.stringify(found) !== JSON.stringify(part)) refuse('another one now')
  } finally {
    await source.close()
  }
}

/** The most bytes of a record. */
const mostBytes = 2 ** 24

/** The bytes of a record: the CRC-32 of its JSON in eight digits, a space, and the JSON. */
function formatRecord(record: JsonObject): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(record))
  return Buffer.concat([Buffer.from(`${hex8(crc32(json))} `), json])
}

/** The record at a path, if it is whole. */
async function readRecord(path: string): Promise<JsonObject | undefined> {
  const source = await fileSource(path).catch(() => undefined)
  if (!source) return undefined
  try {
    if (source.size > mostBytes) return undefined
    const bytes = await source.read(0, source.size)
    const json = bytes.subarray(9)
    if (new TextDecoder().decode(bytes.subarray(0, 9)) !== `${hex8(crc32(json))} `) return undefined
    const record: unknown = JSON.parse(new TextDecoder().decode(json))
    return isObject(record as JsonObject) ? (record as JsonObject) : undefined
  } catch {
    return undefined
  } finally {
    await source.close()
  }
}

/** The run that wrote a record, by the hash of its identity; undefined where that is not known. */
export async function runOfRecord(path: string): Promise<string | undefined> {
  const run = (await readRecord(path))?.run
  return typeof run === 'string' ? run : undefined
}

/** The part that an earlier run of the same has written, if its file is the one of its record. */
async function writtenBefore(path: string, file: string, rows: number, run: string): Promise<WrittenPart | undefined> {
  const record = await readRecord(path + recordEnding)
  if (record?.run !== run || !isObject(record.made)) return undefined
  const source = await fileSource(path).catch(() => undefined)
  if (!source) return undefined
  try {
    const part = await describe(file, rows, source)
    return JSON.stringify(part) === JSON.stringify(record.part) ? { part, made: record.made } : undefined
  } catch {
    return undefined
  } finally {
    await source.close()
  }
}

/**
 * Writes the file of a part into a folder, or below a URL of a store, completely or not at all: several processes may write the same one. Rejects as `make`
 * and `writeAtomically` do.
 */
export async function writePart(
  folder: string,
  file: string,
  rows: number,
  make: MakePart,
  { identity, ...options }: PartOptions = {}
): Promise<WrittenPart> {
  const path = within(folder, file)
  const run = identity === undefined ? undefined : hashOf(identity)
  const before = run === undefined ? undefined : await writtenBefore(path, file, rows, run)
  if (before) return before
  const fill = async (sink: ReadableSink, journal?: Journal): Promise<WrittenPart> => {
    const { bytes, made } = await make(sink, journal)
    const part = await describe(file, rows, { size: bytes, read: sink.read })
    // Before the part gets its name: where it is, its record is.
    if (run !== undefined) {
      const record = formatRecord({ run, part: { ...part }, made })
      await writeAtomically(path + recordEnding, (to) => to.write(record, 0), options)
    }
    return { part, made }
  }
  if (identity === undefined || isRemote(path)) return writeAtomically(path, fill, options)
  return writeResumably(path, identity, fill, () => {})
}

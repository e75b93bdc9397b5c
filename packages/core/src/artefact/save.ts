import {
  checkEndianness,
  crc32,
  type Extra,
  type JsonObject,
  type Sizes,
  SlimbedError,
  type Table,
  type Vocabulary
} from '@slimbed/runtime'
import { throwIfAborted } from '../abort.js'
import { blocksOf } from '../matrix/blocks.js'
import { type Contents, type HeaderFacts, headerOf, layOut, nodeOf, type Part, type PlainTensor } from './layout.js'

/** What is to be saved. */
export interface Saved {
  readonly table: Table
  readonly vocabulary?: Vocabulary | undefined
  /** How the table was made: pipeline, seed, versions, measured error. Free-form. */
  readonly provenance: JsonObject
  /** What readers of tables pass by, such as a classifier. */
  readonly extra?: Extra | undefined
}

/** Tables that are to be saved in one file, each under a name, beside tensors that stay as they are: a model. */
export interface SavedModel {
  readonly tables: ReadonlyMap<string, Table>
  readonly tensors?: readonly PlainTensor[]
  /** The words of the rows of every table. */
  readonly vocabulary?: Vocabulary | undefined
  /** How the tables were made. Free-form. */
  readonly provenance: JsonObject
  /** What `__metadata__` is to say besides the manifest, such as `format: pt`. */
  readonly metadata?: ReadonlyMap<string, string>
}

/** Where a file's bytes go: `write` puts `bytes` at offset `at`, and is not called again before it resolves. */
export interface Sink {
  write(bytes: Uint8Array, at: number): Promise<void>
}

/** Options of `saveTo`. */
export interface SaveOptions {
  /** Called with the bytes written so far. */
  readonly progress?: (done: number, total: number) => void
  readonly signal?: AbortSignal | undefined
}

/** Bytes of a tensor in memory that are written at once. */
const chunkBytes = 16 * 2 ** 20

async function* chunksOf({ name, source, begin, end }: Part): AsyncGenerator<Uint8Array> {
  if ('chunks' in source) {
    let left = end - begin
    for await (const bytes of source.chunks()) {
      left -= bytes.length
      if (left < 0) break
      yield bytes
    }
    if (left !== 0) throw new SlimbedError('bad-input', `save: tensor "${name}" did not give its ${end - begin} bytes`)
    return
  }
  if ('read' in source) {
    for await (const { data } of blocksOf(source)) yield new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    return
  }
  const bytes = new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
  for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes)
}

interface Plan {
  readonly parts: readonly Part[]
  readonly facts: HeaderFacts
  readonly dataStart: number
  readonly sizes: Sizes
}

const noMetadata: ReadonlyMap<string, string> = new Map()

function planOf(contents: Contents, provenance: JsonObject, metadata = noMetadata, least = 0): Plan {
  checkEndianness()
  const { table, tables = new Map<string, Table>(), vocabulary, extra } = contents
  const parts = layOut(contents)
  const trees = table
    ? { table: nodeOf(table) }
    : { tables: Object.fromEntries([...tables].map(([name, own]) => [name, nodeOf(own)])) }
  const facts = { trees, metadata, provenance, extra: extra?.config, checksums: parts.map(() => 0) }
  const dataStart = headerOf(parts, facts, least).length
  const [file, words] = [dataStart + (parts.at(-1)?.end ?? 0), vocabulary?.byteLength ?? 0]
  return { parts, facts, dataStart, sizes: { file, vocabulary: words, table: file - words } }
}

/** What was written of a tensor before the rest of the file: from byte `start` of the file on. */
interface Written {
  readonly start: number
  bytes: number
  checksum: number
}

async function write(
  { parts, facts, dataStart, sizes }: Plan,
  sink: Sink,
  options: SaveOptions,
  early?: ReadonlyMap<string, Written>
): Promise<Sizes> {
  const checksums: number[] = []
  for (const part of parts) {
    const written = early?.get(part.name)
    if (written?.start === dataStart + part.begin && written.bytes === part.end - part.begin) {
      checksums.push(written.checksum)
      options.progress?.(dataStart + part.end, sizes.file)
      continue
    }
    let [at, checksum] = [dataStart + part.begin, 0]
    for await (const bytes of chunksOf(part)) {
      throwIfAborted(options.signal)
      const writing = sink.write(bytes, at)
      // While the bytes are on their way.
      checksum = crc32(bytes, checksum)
      await writing
      at += bytes.length
      options.progress?.(at, sizes.file)
    }
    checksums.push(checksum)
  }
  await sink.write(headerOf(parts, { ...facts, checksums }, dataStart), 0)
  options.progress?.(sizes.file, sizes.file)
  return sizes
}

/**
 * Writes an artefact, tensor by tensor as they are produced and the header last; deferred leaves pass through in blocks of
 * about 4 MB. The same artefact always gives the same bytes. Resolves to the sizes of the file.
 *
 * Rejects with `bad-input` for what a file cannot hold, `aborted`, and as the sink and the matrices do.
 */
export async function saveTo(artefact: Saved, sink: Sink, options: SaveOptions = {}): Promise<Sizes> {
  const { provenance, ...contents } = artefact
  return write(planOf(contents, provenance), sink, options)
}

/** A file that is begun before all of its contents are known. */
export interface Begun {
  /** Writes what comes of a tensor; it comes in order, and belongs to the caller again once this resolves. */
  readonly keep: (tensor: string, bytes: Uint8Array) => Promise<void>
  /** Writes all that is not written yet, and resolves to the sizes of the file. Rejects as `saveTo`. */
  finish(artefact: Saved, options: SaveOptions): Promise<Sizes>
}

/**
 * Begins to write an artefact whose tensors have their shapes already, and whose provenance is at most as long as this one: the
 * header keeps room for it.
 */
export function beginSave({ provenance, ...contents }: Saved, sink: Sink): Begun {
  const { parts, dataStart } = planOf(contents, provenance)
  const early = new Map<string, Written>()
  return {
    async keep(tensor, bytes) {
      const part = parts.find(({ name }) => name === tensor)!
      const written = early.get(tensor) ?? { start: dataStart + part.begin, bytes: 0, checksum: 0 }
      early.set(tensor, written)
      const writing = sink.write(bytes, written.start + written.bytes)
      // While the bytes are on their way.
      written.checksum = crc32(bytes, written.checksum)
      await writing
      written.bytes += bytes.length
    },
    async finish({ provenance: final, ...whole }, options) {
      // Nothing need fit where nothing was written.
      if (early.size === 0) return write(planOf(whole, final), sink, options)
      const plan = planOf(whole, final, noMetadata, dataStart)
      if (plan.dataStart === dataStart) return write(plan, sink, options, early)
      throw new SlimbedError('bad-input', 'save: the provenance is longer than the one that room was kept for')
    }
  }
}

/**
 * Writes a model as `saveTo` writes one table: other tools find the tensors that are not tables under their own names.
 * Resolves to the sizes of the file, in which the tensors besides count as the table's.
 *
 * Rejects as `saveTo` does, with `bad-input` for no table, and for a tensor's name that a table's tensors could have.
 */
export async function saveModelTo(model: SavedModel, sink: Sink, options: SaveOptions = {}): Promise<Sizes> {
  const { provenance, metadata, ...contents } = model
  if (contents.tables.size === 0) throw new SlimbedError('bad-input', 'save: a model needs a table')
  return write(planOf(contents, provenance, metadata), sink, options)
}

/** The bytes of an artefact's file. Rejects as `saveTo` does. */
export async function save({ provenance, ...contents }: Saved): Promise<Uint8Array> {
  const plan = planOf(contents, provenance)
  const file = new Uint8Array(plan.sizes.file)
  await write(plan, { write: async (bytes, at) => file.set(bytes, at) }, {})
  return file
}

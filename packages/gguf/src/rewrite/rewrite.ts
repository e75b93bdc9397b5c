import { denseOf, type TensorAdapter, throwIfAborted } from '@slimbed/core'
import type { ReadableSink } from '@slimbed/core/artefact'
import { type Measurement, measure } from '@slimbed/core/measure'
import type { Source } from '@slimbed/runtime'
import { encodeJob } from '../encode/encode-job.js'
import type { GgufHeader } from '../header/header.js'
import { readGgufHeader } from '../header/parse.js'
import { ggufMatrix, tokenTable } from '../matrix.js'
import { copyBytes } from './copy.js'
import { type NewTable, planRewrite, type RewritePlan, type WrittenType } from './plan.js'
import { comparedRows, compareHeaders } from './verify.js'

/** Options of `rewriteGguf`. */
export interface RewriteGgufOptions {
  /** The type that tables are written in, or that of each table by its name. */
  readonly type: WrittenType | ((table: string) => WrittenType)
  /** The threads that encode. */
  readonly tensor: TensorAdapter
  /** Names of the tables, tensors of two dimensions; the token table alone unless given. */
  readonly tables?: readonly string[] | undefined
  /**
   * How much the rows of a table count in `weightedError`, of `rows` values. They change no codes: a block of codes belongs to one row, and is
   * the best that there is for it.
   */
  readonly weightsOf?: ((table: string, rows: number) => Float32Array | undefined) | undefined
  readonly signal?: AbortSignal | undefined
  /** Called with what is done, and how much of it, in bytes: of copies, or of rows as float32. */
  readonly onProgress?: ((phase: 'copying' | 'encoding' | 'verifying', done: number, total: number) => void) | undefined
}

/** A table that was written. */
export interface RewrittenTable {
  readonly name: string
  readonly rows: number
  readonly dim: number
  /** The type that it had, and the one that it has. */
  readonly from: string
  readonly to: WrittenType
  readonly bytesBefore: number
  readonly bytes: number
  /** What the rows that were read back have lost of those that the file had. */
  readonly measured: Pick<Measurement, 'relativeError' | 'weightedError' | 'meanCosine' | 'maxError'>
}

/** A file that was written. */
export interface RewrittenGguf {
  readonly bytes: number
  readonly tables: readonly RewrittenTable[]
}

/** Work on a block of 32 values, in floating-point operations of the engine's speed, roughly. */
const perBlock = 400_000

/** Encodes a table and writes it. Resolves to the hashes of its rows. */
async function encodeTable(
  source: Source,
  header: GgufHeader,
  { tensor: { name }, type, rows, dim, to, rowBytes }: NewTable,
  sink: ReadableSink,
  { tensor, signal, onProgress }: RewriteGgufOptions
): Promise<Int32Array> {
  const hashes = new Int32Array(rows)
  const operations = (dim / 32) * perBlock
  await tensor.mapRows(
    ggufMatrix(source, header, name),
    encodeJob,
    { given: { type }, operations },
    async (start, made) => {
      await sink.write(made.bytes, to + start * rowBytes)
      hashes.set(made.hashes, start)
    },
    { signal, progress: (done, total) => onProgress?.('encoding', done * dim * 4, total * dim * 4) }
  )
  return hashes
}

/** Reads a table back, compares it with what was meant and measures it against the original. */
async function verifyTable(
  [source, header]: readonly [Source, GgufHeader],
  [written, writtenHeader]: readonly [Source, GgufHeader],
  { tensor: { name, type: from, begin, end = begin }, type, rows, dim, rowBytes }: NewTable,
  hashes: Int32Array,
  { tensor, weightsOf, signal, onProgress }: RewriteGgufOptions
): Promise<RewrittenTable> {
  const back = comparedRows(ggufMatrix(written, writtenHeader, name), hashes, name)
  const { relativeError, weightedError, meanCosine, maxError } = await measure(
    ggufMatrix(source, header, name),
    denseOf(back),
    {
      tensor,
      weights: weightsOf?.(name, rows),
      signal,
      progress: (done, total) => onProgress?.('verifying', done * dim * 4, total * dim * 4)
    }
  )
  return {
    name,
    rows,
    dim,
    from,
    to: type,
    bytesBefore: end - begin,
    bytes: rows * rowBytes,
    measured: {
      relativeError,
      meanCosine,
      ...(weightedError !== undefined && { weightedError }),
      ...(maxError !== undefined && { maxError })
    }
  }
}

async function write(
  source: Source,
  sink: ReadableSink,
  plan: RewritePlan,
  header: GgufHeader,
  options: RewriteGgufOptions
) {
  const { signal, onProgress } = options
  await sink.write(plan.header, 0)
  // All gaps between tensors are padding, which is zero.
  await copyBytes(source, sink, plan, { signal, progress: (done, total) => onProgress?.('copying', done, total) })
  const hashes: Int32Array[] = []
  for (const table of plan.tables) {
    throwIfAborted(signal)
    hashes.push(await encodeTable(source, header, table, sink, options))
  }
  return hashes
}

/**
 * Writes a GGUF file with some of its tables in another type, and reads it back: the header, and every row of these tables, which must be what the
 * encoder meant. All else is copied byte for byte: metadata, other tensors, their order, the alignment. Nothing of the size of the file is held.
 *
 * Codes and scales are those of least squared error, and never worse than those of gguf-py (`docs/decisions/0053`).
 *
 * Rejects as `readGgufHeader`, `ggufMatrix` and `planRewrite` do, with `corrupt-file` if what is read back differs, `aborted`, and as the sink does.
 */
export async function rewriteGguf(
  source: Source,
  sink: ReadableSink,
  options: RewriteGgufOptions
): Promise<RewrittenGguf> {
  const { tables: names = [tokenTable], type } = options
  const header = await readGgufHeader(source)
  const types = new Map(names.map((name) => [name, typeof type === 'function' ? type(name) : type] as const))
  const plan = planRewrite(header, types, source)
  const hashes = await write(source, sink, plan, header, options)
  const written: Source = { name: source.name, size: plan.size, read: (offset, length) => sink.read(offset, length) }
  const writtenHeader = await readGgufHeader(written)
  compareHeaders(header, writtenHeader, plan.header)
  const tables: RewrittenTable[] = []
  for (const [i, table] of plan.tables.entries()) {
    tables.push(await verifyTable([source, header], [written, writtenHeader], table, hashes[i], options))
  }
  return { bytes: plan.size, tables }
}

import { isSlimbedError } from '@slimbed/runtime'
import type { CommonOptions } from '../formats/format.js'
import { readVectorsOn, readWordsOn } from '../read.js'
import { type ModelFile, readModelOn } from '../safetensors/read-model.js'
import type { Watch } from '../source/chunks.js'
import type { Vectors } from '../vectors.js'
import type { ReadWords } from '../words/columns.js'
import { type Counts, readCountsOn } from '../words/counts.js'
import { fileSource } from './file-source.js'
import { folderError, isFolder } from './folder.js'
import { nodeHost } from './host.js'
import { openParts, partsAt } from './parts.js'
import { amongShards, refuseShards, type Shards, shardsAt, withShard } from './shards.js'
import { openStaticModel } from './static-model.js'
import { threadedHost, threadsOf } from './threads.js'

/** Options of `openVectors`: paths where `readVectors` takes sources. */
export interface OpenOptions extends CommonOptions {
  /** The words, one a line, in row order; they take the place of the file's own. */
  readonly words?: string | undefined
  /** Counts of words: `word<TAB>count` a line. */
  readonly counts?: string | undefined
  /** Threads to parse text on; by default, as many as the machine can run at the same time. Results do not depend on it. */
  readonly threads?: number | undefined
}

/** The vectors of a static model's folder, with its tokens for words; undefined for anything else. */
async function modelVectors(path: string): Promise<Vectors | undefined> {
  try {
    const { matrix, tokens, mapping, weights, bytes, close } = await openStaticModel(path)
    const warnings = [
      ...(mapping ? [`${path}: tokens share rows by the model's "mapping", so the rows have no words`] : []),
      ...(weights ? [`${path}: the model's "weights" of tokens are left out: rows are read as they are`] : [])
    ]
    return { matrix, vocabulary: mapping ? undefined : tokens, format: 'safetensors', bytes, warnings, close }
  } catch (error) {
    if (isSlimbedError(error, 'not-found')) return undefined
    throw error
  }
}

/** The vectors of a folder. Rejects with `bad-input` where it is no static model, and for words and counts beside it. */
async function folderVectors(path: string, { words, counts, tensor }: OpenOptions): Promise<Vectors> {
  await refuseShards(path, tensor === undefined ? [] : [tensor])
  const model = words === undefined && counts === undefined && tensor === undefined && (await modelVectors(path))
  if (model) return model
  throw await folderError(path)
}

/**
 * Opens a file of vectors as `readVectors` does, large text on threads; close the result when done. Also rejects with
 * `not-found`, with `io`, and with `bad-option` for an invalid number of threads. The path may also be the folder of a static model; a folder of
 * `.npy` or `.safetensors` files, or a pattern of their names with *, whose rows follow one another; and the index or folder of a model in shards, with
 * a `tensor`.
 */
export async function openVectors(path: string, options: OpenOptions = {}): Promise<Vectors> {
  const { tensor } = options
  const threads = threadsOf(options.threads)
  const shards = tensor === undefined ? undefined : await shardsAt(path)
  const shard = tensor === undefined ? undefined : shards?.get(tensor)
  if (shard !== undefined) return openOne(shard, options, threads, shards)
  await refuseShards(path, tensor === undefined ? [] : [tensor])
  const parts = await partsAt(path)
  if (parts === undefined && (await isFolder(path))) return folderVectors(path, options)
  return openOne(path, options, threads, undefined, parts)
}

/** Opens a file, which may be a shard of a model, or the parts that `path` means. */
async function openOne(
  path: string,
  { words, counts, threads: _, ...common }: OpenOptions,
  threads: number,
  shards: Shards | undefined,
  parts?: readonly string[]
): Promise<Vectors> {
  const sources = []
  try {
    for (const part of [words, counts]) sources.push(part === undefined ? undefined : await fileSource(part))
    const [wordsSource, countsSource] = sources
    const options = { ...common, words: wordsSource, counts: countsSource }
    if (parts) return await openParts(path, parts, options)
    const file = await fileSource(path)
    return await readVectorsOn(amongShards(threadedHost(file, threads), shards), file, options)
  } catch (error) {
    throw await withShard(error, path, common.tensor === undefined ? [] : [common.tensor])
  } finally {
    for (const source of sources) await source?.close()
  }
}

/**
 * Reads a file of the words of `rows` rows, one a line, which may be gzip. Rejects with `bad-input` when they do not fit, `not-found`
 * and `io`.
 */
export async function openWords(path: string, rows: number, watch: Watch = {}): Promise<ReadWords> {
  const source = await fileSource(path)
  try {
    return await readWordsOn(nodeHost, source, rows, watch)
  } finally {
    await source.close()
  }
}

/** Opens a `.safetensors` file as `readModel` does; close the result when done. Also rejects with `not-found` and `io`. */
export async function openModel(path: string, watch: Watch = {}): Promise<ModelFile> {
  return readModelOn(amongShards(nodeHost), await fileSource(path), watch)
}

/** Reads a file of counts as `readCounts` does. Also rejects with `not-found` and `io`. */
export async function openCounts(path: string, watch: Watch = {}): Promise<Counts> {
  const source = await fileSource(path)
  try {
    return await readCountsOn(nodeHost, source, watch)
  } finally {
    await source.close()
  }
}

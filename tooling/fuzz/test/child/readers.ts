import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { createTensor } from '@slimbed/core'
import { parseTasks } from '@slimbed/eval'
import { gguf, rewriteGguf } from '@slimbed/gguf'
import { openCounts, openStaticModel, openVectors, openWords, readTaskFiles } from '@slimbed/io/node'
import { languageModelIn, modelFileOf } from '@slimbed/lm'
import { bytesSource, isSlimbedError, load, rows, SlimbedError, type Table, type Vocabulary } from '@slimbed/runtime'
import { optionalKinds } from '@slimbed/runtime/optional-kinds'
import { tokenizerFrom, unpackTokenizer } from '@slimbed/tokenizer'
import { loadClassifier } from '@slimbed/train'
import { multiplyHere } from '../../../../packages/train/src/network/multiply.js'
import { readCheckpoint } from '../../../../packages/train/src/run/checkpoint.js'
import { list, trainOptions, trainTask } from '../seeds/content.js'
import type { Kind } from '../seeds/seed.js'
import { checkRemote } from './remote.js'

/** What was read, in a shape that another reader can be compared with. */
export interface Found {
  /** What another reader should take it for. */
  readonly as?: string
  readonly rows?: number
  readonly dim?: number
  readonly values?: Float32Array
  readonly words?: readonly string[] | undefined
  readonly counts?: readonly (readonly [string, number])[]
  readonly warnings?: readonly string[]
}

const wordsOf = (vocabulary: Vocabulary | undefined) =>
  vocabulary && Array.from({ length: vocabulary.size }, (_, row) => vocabulary.word(row))

/** Formats that nothing at hand reads to compare. */
const alone = ['arrow', 'parquet']

/** A file of hostile bytes may say that its table is large: then a part of it is enough. */
const most = 100_000

const valuesOf = (table: Table) => {
  const count = Math.min(table.rows, Math.floor(most / Math.max(1, table.dim)))
  return rows(
    table,
    Array.from({ length: count }, (_, row) => row)
  )
}

/** Writes a model anew in memory, where that is possible. */
async function rewritten(bytes: Uint8Array): Promise<void> {
  const tensor = await createTensor({ backend: 'cpu', threads: 1 })
  const held = new Uint8Array(2 * bytes.length + 4096)
  const sink = {
    write: async (part: Uint8Array, at: number) => held.set(part, at),
    read: async (offset: number, length: number) => held.slice(offset, offset + length)
  }
  try {
    await rewriteGguf(bytesSource('model', bytes), sink, { type: 'Q4_0', tensor })
  } catch (error) {
    if (!isSlimbedError(error) || isSlimbedError(error, 'corrupt-file')) throw error
  } finally {
    await tensor.close()
  }
}

/** What a program that reads JSON makes of damaged text: it refuses it. */
function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    throw new SlimbedError('corrupt-file', 'expected JSON')
  }
}

const kinds = { kinds: optionalKinds }
const task = trainTask()

/** Reads the damaged file of a case; what it rejects with is judged by the caller. */
export const readers: Readonly<Record<Kind, (path: string, folder: string) => Promise<Found>>> = {
  async vectors(path) {
    const vectors = await openVectors(path, { threads: 1 })
    try {
      const { matrix, vocabulary, format, warnings } = vectors
      const { rows, dim } = matrix
      const found = { rows, dim, values: await matrix.read(0, rows), words: wordsOf(vocabulary), warnings }
      return alone.includes(format) ? found : { as: format, ...found }
    } finally {
      await vectors.close()
    }
  },
  async artefact(path) {
    const bytes = readFileSync(path)
    const { table, vocabulary } = load(bytes, kinds)
    const values = valuesOf(table)
    await checkRemote(bytes, values, table.dim)
    return { as: 'artefact', rows: table.rows, dim: table.dim, values, words: wordsOf(vocabulary) }
  },
  async model(path) {
    const file = modelFileOf(readFileSync(path))
    for (const table of file.tables.values()) valuesOf(table)
    if (file.tables.size === 0) languageModelIn(file)
    return {}
  },
  async classifier(path) {
    const bytes = readFileSync(path)
    const { table, vocabulary, classify } = loadClassifier(bytes)
    await classify('good warm film')
    return { as: 'artefact', rows: table.rows, dim: table.dim, values: valuesOf(table), words: wordsOf(vocabulary) }
  },
  async checkpoint(path) {
    readCheckpoint(readFileSync(path), await task, trainOptions, multiplyHere)
    return {}
  },
  async 'static-model'(_path, folder) {
    const { matrix, tokens, close } = await openStaticModel(folder)
    const { rows, dim } = matrix
    const values = await matrix.read(0, rows)
    await close()
    return { as: 'static-model', rows, dim, values, words: wordsOf(tokens) }
  },
  async tokenizer(path) {
    const bytes = readFileSync(path)
    const { encode, size, token } = path.endsWith('.json') ? tokenizerFrom(parsed(bytes)) : unpackTokenizer(bytes)
    for (const text of [
      '',
      'A few words, \u00bd a line.',
      'e\u0301\ud83d\ude00 \ud800 \u65e5\u672c',
      'word '.repeat(500)
    ]) {
      for (const id of encode(text, { specialTokens: true })) if (id >= 0 && id < size) token(id)
    }
    return {}
  },
  async gguf(path) {
    const vectors = await openVectors(path, { formats: [gguf], threads: 1 })
    const { matrix, vocabulary, warnings } = vectors
    await matrix.read(0, matrix.rows)
    wordsOf(vocabulary)
    await vectors.close()
    await rewritten(readFileSync(path))
    return { warnings }
  },
  async counts(path) {
    return { as: 'counts', counts: [...(await openCounts(path))] }
  },
  async words(path) {
    const { words, warnings } = await openWords(path, list.length)
    return { as: 'words', words: wordsOf(words), warnings }
  },
  async tasks(path) {
    const { files } = await readTaskFiles(dirname(path), new AbortController().signal)
    const { skipped } = parseTasks(files)
    return { warnings: skipped.map(({ reason }) => reason) }
  }
}

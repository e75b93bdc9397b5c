import { stat } from 'node:fs/promises'
import { denseOf, expand, materialize, matrixOf, type TensorAdapter, throwIfAborted } from '@slimbed/core'
import { isSimilarityOnly, provenanceOfTable } from '@slimbed/core/artefact'
import type { FastTextModel, WordVectors } from '@slimbed/fasttext'
import { type Range, rangeIn, wordsBetween } from '@slimbed/io'
import { openVectors, staticModelAt } from '@slimbed/io/node'
import { dense, gather, type Matrix, SlimbedError, type Table } from '@slimbed/runtime'
import { plainOf } from '@slimbed/runtime/format'
import type { Subwords, WithSubwords } from '@slimbed/runtime/subwords'
import type { Session } from '../session/session.js'
import { chosenTable, openArtefact, tablesIn } from './artefact.js'
import { everyKind } from './every-kind.js'
import { formatsTelling } from './formats.js'
import type { Opened } from './opened.js'

export type { Opened } from './opened.js'

/** How to read a file of vectors: the flags that commands have in common. */
export interface Reading {
  /** A file of words, one a line. */
  readonly vocab?: string
  /** The tensor of a file that has several. */
  readonly tensor?: string
  /** The column of a Parquet or Arrow file that has several. */
  readonly column?: string
  /** The most rows that are read: the first ones. */
  readonly limit?: number
  /** The rows and columns that are read, from 0 on. */
  readonly rows?: Range
  readonly columns?: Range
  /** The tensor of the scales of a matrix of 8 bits. */
  readonly scales?: string
  /** Threads that parse large text. */
  readonly threads?: number
  /** Whether an artefact is needed in memory, as the table that it is, however large. */
  readonly inMemory?: boolean
}

async function artefactFrom(path: string, reading: Reading, session: Session): Promise<Opened> {
  const name = chosenTable(path, (await tablesIn(path)) ?? [], reading.tensor)
  const opened = await openArtefact(path, session, name, reading.inMemory)
  const { table, vocabulary, manifest, sizes, extra, take, close } = opened
  const { rows, dim } = table
  const { file: bytes, vocabulary: vocabularyBytes } = sizes
  const ngrams = extra && (await import('@slimbed/runtime/subwords'))
  const texts = extra?.config.kind === 'encoder' ? (await import('./static-model.js')).tokensIn(extra, rows) : undefined
  const tableBytes = sizes.table - (ngrams?.subwordBytes(opened) ?? 0) - (texts?.bytes ?? 0)
  const provenance = provenanceOfTable(manifest.provenance, name)
  const similarityOnly = isSimilarityOnly(provenance)
  const pipeline = typeof provenance.pipeline === 'string' ? provenance.pipeline : undefined
  const sized = { bytes, tableBytes, vocabularyBytes }
  const vectorOf = ngrams?.hasSubwords(opened) ? unknownOf({ table, vocabulary, extra }) : undefined
  const named = { path, format: 'slimbed', rows, dim, ...sized, vocabulary: vocabulary ?? texts?.words, vectorOf }
  return { ...named, pipeline, similarityOnly, encodes: texts !== undefined, table, take, close }
}

/** The rows of a table that are asked for. Throws `bad-option` for what is for files of vectors. */
function limited(opened: Opened, reading: Reading): Opened {
  const { limit = Infinity, rows: asked = [0, Infinity] } = reading
  const { path, rows, table, vocabulary } = opened
  const flag = (['columns', 'scales', 'column'] as const).find((name) => reading[name] !== undefined)
  if (flag !== undefined) {
    throw new SlimbedError('bad-option', `--${flag}: ${path} is no plain file of vectors, for which this is`)
  }
  const [start, end] = rangeIn([asked[0], Math.min(asked[1], asked[0] + limit)], rows, `${path}: rows`)
  if (start === 0 && end === rows) return opened
  const index = Uint32Array.from({ length: end - start }, (_, row) => start + row)
  return {
    ...opened,
    rows: end - start,
    table: gather(index, table),
    vocabulary: vocabulary && wordsBetween(plainOf(vocabulary), [start, end])
  }
}

/** Vectors of any words of a fastText model. */
function vectorsOf(model: FastTextModel): NonNullable<Opened['vectorOf']> {
  let vectors: Promise<WordVectors> | undefined
  return async (word) => {
    vectors ??= import('@slimbed/fasttext').then(({ wordVectors }) => wordVectors(model))
    const vector = (await vectors).vector(word)
    return vector.some((value) => value !== 0) ? vector : undefined
  }
}

/** Vectors of words that an artefact with n-grams does not have. */
function unknownOf(artefact: WithSubwords): NonNullable<Opened['vectorOf']> {
  let subwords: Promise<Subwords> | undefined
  const read = async () =>
    (await import('@slimbed/runtime/subwords')).subwordsOf(artefact, { kinds: await everyKind() })
  return async (word) => {
    subwords ??= read()
    return (await subwords).vector(word)
  }
}

async function vectorsFrom(path: string, reading: Reading, session: Session): Promise<Opened> {
  const size = (await stat(path).catch(() => undefined))?.size ?? 0
  const { vocab: words, threads, ...part } = reading
  const { tensor, column, limit, rows: range, columns, scales } = part
  const { signal, progress } = session
  let model: FastTextModel | undefined
  const vectors = await openVectors(path, {
    words,
    tensor,
    column,
    ...{ limit, rows: range, columns, scales },
    formats: formatsTelling((opened) => {
      model = opened
    }),
    threads,
    signal,
    progress: progress.phase('reading', size)
  })
  vectors.warnings.forEach(session.warn)
  const { matrix, vocabulary, format, bytes } = vectors
  const { rows, dim } = matrix
  const sizes = { bytes, tableBytes: bytes, vocabularyBytes: 0 }
  const take = async (start: number, count: number) => dense(count, dim, await matrix.read(start, count))
  const named = { path, format, rows, dim, ...sizes, vocabulary, model, vectorOf: model && vectorsOf(model) }
  return { ...named, table: denseOf(matrix), take, close: vectors.close }
}

/** Opens a table as `openTable` does; words, a column, and the name of a tensor that is no table, are for files of vectors alone. */
export async function openTableOrVectors(path: string, reading: Reading, session: Session): Promise<Opened> {
  const tables = await tablesIn(path)
  if (!tables) return openTable(path, reading, session)
  const { vocab: _, column: __, tensor, ...others } = reading
  return openTable(path, { ...others, ...(tables.length > 0 && tensor !== undefined && { tensor }) }, session)
}

/**
 * Opens a table; close it when done. Warnings are shown. Rejects as `openVectors` and `load` do, and with `bad-option`
 * for words beside an artefact, which has its own, and for a table that an artefact does not have.
 */
export async function openTable(path: string, reading: Reading, session: Session): Promise<Opened> {
  if ((await tablesIn(path)) === undefined) {
    const model = reading.vocab === undefined && reading.tensor === undefined ? await staticModelAt(path) : undefined
    if (!model) return vectorsFrom(path, reading, session)
    return limited((await import('./static-model.js')).openedModel(path, model, session), reading)
  }
  if (reading.vocab === undefined) return limited(await artefactFrom(path, reading, session), reading)
  throw new SlimbedError('bad-option', `--vocab ${reading.vocab}: ${path} is an artefact; this is for files of vectors`)
}

/** The rows of an opened table. */
export const matrixOfOpened = ({ table }: Opened, tensor: TensorAdapter): Promise<Matrix> => expand(table, tensor)

/** An opened table in memory, whose rows can be read and searched. Rejects with `aborted`, and as reading does. */
export async function tableInMemory({ table }: Opened, { signal, progress }: Session): Promise<Table> {
  const matrix = matrixOf(table)
  if (!matrix) return materialize(table)
  const { rows, dim } = matrix
  const report = progress.phase('reading', rows * dim * 4)
  const watched: Matrix = {
    rows,
    dim,
    async read(start, count) {
      throwIfAborted(signal)
      const data = await matrix.read(start, count)
      report(start + count, rows)
      return data
    }
  }
  return materialize(denseOf(watched))
}

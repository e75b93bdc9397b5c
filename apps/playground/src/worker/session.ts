import { type Compressed, compress, matrixOf, save, type TensorAdapter } from '@slimbed/core'
import { provenanceOf } from '@slimbed/core/artefact'
import { neighbourOverlap } from '@slimbed/core/measure'
import { blobSource, bytesSource, isArtefact, type Source } from '@slimbed/io'
import { load, nearest, rows, SlimbedError, type Table, type Vocabulary } from '@slimbed/runtime'
import { optionalKinds } from '@slimbed/runtime/optional-kinds'
import { sample } from '@slimbed/sample'
import type { Api, Choice, Given, Opened, Progress, Run } from './api.js'
import { openEngine } from './engine.js'
import { type Made, madeFrom } from './made.js'
import { modelIn } from './model.js'
import { planeOf } from './places.js'
import { estimateFor, planFor, type ToPlan } from './planning.js'
import { registry, versionsFor } from './registry.js'
import { type Input, readInput, tensorsIn, weightsOf } from './table.js'
import { laterEncoder, nearestTexts, similarityOf } from './texts.js'

/** Words offered by the page. */
const offered = 2000

const wordsOf = (vocabulary: Vocabulary | undefined, count: number): string[] =>
  vocabulary ? Array.from({ length: Math.min(count, vocabulary.size) }, (_, row) => vocabulary.word(row)) : []

/** What a file has of a compressed table: the tokenizer of a static model has its words. */
const contentsOf = ({ texts, vocabulary }: Input, table: Table) =>
  texts ? { table: texts.shared(table), extra: texts.extra } : { table, vocabulary }

/** What the page's worker does: it holds one table and what pipelines have made of it. */
export function createSession(): Api {
  let input: Input | undefined
  let made = new Map<number, Made>()
  let controller = new AbortController()
  let next = 1

  /** Ends what goes on: what was asked for last counts. */
  function restart(): AbortSignal {
    controller.abort(new SlimbedError('aborted', 'interrupted'))
    controller = new AbortController()
    return controller.signal
  }

  function madeOf(id: number): Made {
    return made.get(id) ?? fail('not-found', `there is no run ${id}`)
  }

  function encoderFor(id: number) {
    return madeOf(id).encoder?.() ?? fail('bad-input', 'it turns no texts into vectors')
  }

  async function openArtefact(name: string, source: Source, signal: AbortSignal): Promise<Opened> {
    const file = await source.read(0, source.size)
    signal.throwIfAborted()
    const one = madeFrom(name, file, next++)
    const { run, table, vocabulary } = one
    input = undefined
    made = new Map([[run.id, one]])
    const { rows, dim } = table
    const words = wordsOf(vocabulary, offered)
    return { name, rows, dim, bytes: source.size, artefact: true, encodes: run.encodes, words, warnings: [], run }
  }

  /** Begins with a table that was read. */
  function take(read: Input, bytes: number, warnings: readonly string[], signal: AbortSignal): Opened {
    signal.throwIfAborted()
    input = read
    made = new Map()
    const { name, table, vocabulary, texts } = read
    const words = wordsOf(vocabulary, offered)
    const { rows, dim } = table
    return { name, rows, dim, bytes, artefact: false, encodes: texts !== undefined, words, warnings }
  }

  async function open(
    name: string,
    source: Source,
    given: Given | undefined,
    progress: Progress,
    signal: AbortSignal
  ): Promise<Opened | Choice> {
    const model = given && (await modelIn(given, progress, signal))
    if (model) return take(model, model.bytes, model.warnings, signal)
    const others: Omit<Given, 'file'> = given ?? {}
    if (await isArtefact(source)) return openArtefact(name, source, signal)
    const tensors = others.tensor === undefined ? await tensorsIn(source, signal) : []
    if (tensors.length > 1) {
      input = undefined
      made = new Map()
      return { name, tensors }
    }
    const { warnings, ...read } = await readInput(name, source, others, progress, signal)
    return take(read, source.size, warnings, signal)
  }

  /** The table that there is, for pipelines that are looked for; what goes on ends. */
  async function toPlan(): Promise<ToPlan> {
    const given = input ?? fail('bad-input', 'there is no table to compress')
    const signal = restart()
    return { matrix: matrixOf(given.table)!, input: given, tensor: await openEngine(), signal }
  }

  /** Measures what a pipeline made of the table, and keeps it. */
  async function keep(
    spec: string,
    file: Uint8Array,
    { measured, backend, table }: Pick<Compressed, 'measured' | 'backend' | 'table'>,
    note: string,
    tensor: TensorAdapter,
    signal: AbortSignal,
    progress: Progress
  ): Promise<Run> {
    // Where another table was opened, this is of none.
    signal.throwIfAborted()
    const original = input ?? fail('bad-input', 'there is no table to compress')
    const read = load(file, { kinds: optionalKinds })
    const encoder = laterEncoder(read)
    // Where tokens share rows, those of the file are the tokens'.
    const own = read.table.rows === original.table.rows ? read.table : table
    const overlap = await neighbourOverlap(matrixOf(original.table)!, own, {
      tensor,
      signal,
      queries: 500,
      progress: (done, total) => progress('neighbours', done / total)
    })
    const { rows, dim } = original.table
    const run: Run = {
      id: next++,
      spec,
      fileBytes: read.sizes.file,
      bytes: read.sizes.table,
      ratio: (rows * dim * 4) / read.sizes.table,
      relativeError: measured.relativeError,
      backend,
      note,
      overlap,
      encodes: encoder !== undefined
    }
    signal.throwIfAborted()
    const vocabulary = read.vocabulary ?? original.vocabulary
    made.set(run.id, { run, file, table: read.table, vocabulary, encoder })
    return run
  }

  return {
    open: (given, progress) =>
      open(given.file.name, blobSource(given.file.name, given.file), given, progress, restart()),

    async openSample(progress) {
      const signal = restart()
      const response = await fetch(sample.vectors, { signal })
      if (!response.ok) fail('io', `the sample: HTTP status ${response.status}`)
      const source = bytesSource('sample', new Uint8Array(await response.arrayBuffer()))
      return open('sample-10k.100d.bin', source, undefined, progress, signal)
    },

    check(spec) {
      try {
        registry.parse(spec)
        return undefined
      } catch (error) {
        return (error as Error).message
      }
    },

    async compress(spec, progress) {
      const given = input ?? fail('bad-input', 'there is no table to compress')
      const { table: original } = given
      const signal = restart()
      const compressor = registry.parse(spec)
      const tensor = await openEngine()
      // A dense table in memory is a matrix.
      const matrix = matrixOf(original)!
      const onProgress = (stage: string, done: number, total: number) => progress(stage, done / total)
      const weights = weightsOf(given, compressor)
      const compression = await compress(matrix, compressor, { tensor, weights: weights.values, signal, onProgress })
      const provenance = provenanceOf(compression, { versions: versionsFor(compressor), weights: weights.source })
      const file = await save({ ...contentsOf(given, compression.table), provenance })
      return keep(spec, file, compression, weights.note, tensor, signal, progress)
    },

    estimate: async (ratio) => estimateFor(ratio, await toPlan()),

    async plan(ratio, progress) {
      const use = await toPlan()
      const estimate = await estimateFor(ratio, use)
      const found = await planFor(ratio, estimate, use, (stage, done, total) => progress(stage, done / total))
      const { note, source } = weightsOf(use.input, found.compressor)
      const provenance = provenanceOf(found.made, { versions: versionsFor(found.compressor), weights: source })
      const file = use.input.texts
        ? await save({ ...contentsOf(use.input, found.made.table), provenance })
        : found.file.slice()
      return keep(found.spec, file, found.made, note, use.tensor, use.signal, progress)
    },

    stop() {
      restart()
    },

    neighbours(id, word, k) {
      const { table, vocabulary } = madeOf(id)
      const row = vocabulary?.find(word) ?? -1
      if (!vocabulary || row < 0) fail('unknown-word', `"${word}" is not among the words of the table`)
      const near = (table: Table) =>
        nearest(table, rows(table, [row]), { k, exclude: [row] }).map((found) => ({
          word: vocabulary.word(found.row),
          score: found.score
        }))
      return { before: input && near(input.table), after: near(table) }
    },

    async places(id, word) {
      const { table, vocabulary } = madeOf(id)
      const before = input?.table ?? table
      if (!vocabulary) return []
      const row = word === undefined ? -1 : vocabulary.find(word)
      const ids =
        row < 0
          ? Array.from({ length: Math.min(120, before.rows) }, (_, i) => i)
          : nearest(before, rows(before, [row]), { k: 41 }).map((found) => found.row)
      const plane = await planeOf(before, table, ids, await openEngine())
      return ids.map((id, i) => ({
        word: vocabulary.word(id),
        before: [plane.before[2 * i], plane.before[2 * i + 1]],
        after: [plane.after[2 * i], plane.after[2 * i + 1]]
      }))
    },

    artefact: (id) => madeOf(id).file,

    similarity: (id, a, b) => similarityOf(input?.texts?.before, encoderFor(id), a, b),

    nearestTexts: (id, query, lines, k) => nearestTexts(input?.texts?.before, encoderFor(id), query, lines, k)
  }
}

function fail(code: SlimbedError['code'], message: string): never {
  throw new SlimbedError(code, message)
}

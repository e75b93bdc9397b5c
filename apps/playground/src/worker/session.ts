import { type Compressed, compress, matrixOf, save, type TensorAdapter } from '@slimbed/core'
import { provenanceOf } from '@slimbed/core/artefact'
import { neighbourOverlap } from '@slimbed/core/measure'
import { blobSource, bytesSource, isArtefact, type Source } from '@slimbed/io'
import { load, nearest, rows, SlimbedError, type Table, type Vocabulary } from '@slimbed/runtime'
import { optionalKinds } from '@slimbed/runtime/optional-kinds'
import { sample } from '@slimbed/sample'
import type { Api, Choice, Given, Opened, Progress, Run } from './api.js'
import { openEngine } from './engine.js'
import { planeOf } from './places.js'
import { estimateFor, planFor, type ToPlan } from './planning.js'
import { registry, versionsFor } from './registry.js'
import { type Input, readInput, tensorsIn, weightsOf } from './table.js'

/** A run with its artefact. */
interface Made {
  readonly run: Run
  readonly file: Uint8Array
  readonly table: Table
  readonly vocabulary: Vocabulary | undefined
}

/** Words offered by the page. */
const offered = 2000

const wordsOf = (vocabulary: Vocabulary | undefined, count: number): string[] =>
  vocabulary ? Array.from({ length: Math.min(count, vocabulary.size) }, (_, row) => vocabulary.word(row)) : []

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

  async function openArtefact(name: string, source: Source, signal: AbortSignal): Promise<Opened> {
    const file = await source.read(0, source.size)
    signal.throwIfAborted()
    const { table, vocabulary, manifest, sizes } = load(file, { kinds: optionalKinds })
    const { pipeline, measured } = manifest.provenance
    const known = typeof measured === 'object' && measured !== null && 'relativeError' in measured
    const run: Run = {
      id: next++,
      spec: typeof pipeline === 'string' ? pipeline : name,
      fileBytes: sizes.file,
      bytes: sizes.table,
      ratio: (table.rows * table.dim * 4) / sizes.table,
      relativeError: known && typeof measured.relativeError === 'number' ? measured.relativeError : Number.NaN,
      note: '',
      overlap: Number.NaN
    }
    input = undefined
    made = new Map([[run.id, { run, file, table, vocabulary }]])
    const { rows, dim } = table
    const words = wordsOf(vocabulary, offered)
    return { name, rows, dim, bytes: source.size, artefact: true, words, warnings: [], run }
  }

  async function open(
    name: string,
    source: Source,
    others: Omit<Given, 'file'>,
    progress: Progress,
    signal: AbortSignal
  ): Promise<Opened | Choice> {
    if (await isArtefact(source)) return openArtefact(name, source, signal)
    const tensors = others.tensor === undefined ? await tensorsIn(source, signal) : []
    if (tensors.length > 1) {
      input = undefined
      made = new Map()
      return { name, tensors }
    }
    const { warnings, ...read } = await readInput(name, source, others, progress, signal)
    signal.throwIfAborted()
    input = read
    made = new Map()
    const { rows, dim } = read.table
    const words = wordsOf(read.vocabulary, offered)
    return { name, rows, dim, bytes: source.size, artefact: false, words, warnings }
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
    { measured, backend }: Pick<Compressed, 'measured' | 'backend'>,
    note: string,
    tensor: TensorAdapter,
    signal: AbortSignal,
    progress: Progress
  ): Promise<Run> {
    // Where another table was opened, this is of none.
    signal.throwIfAborted()
    const original = input ?? fail('bad-input', 'there is no table to compress')
    const read = load(file, { kinds: optionalKinds })
    const overlap = await neighbourOverlap(matrixOf(original.table)!, read.table, {
      tensor,
      signal,
      queries: 500,
      progress: (done, total) => progress('neighbours', done / total)
    })
    const { rows, dim } = read.table
    const run: Run = {
      id: next++,
      spec,
      fileBytes: read.sizes.file,
      bytes: read.sizes.table,
      ratio: (rows * dim * 4) / read.sizes.table,
      relativeError: measured.relativeError,
      backend,
      note,
      overlap
    }
    signal.throwIfAborted()
    made.set(run.id, { run, file, table: read.table, vocabulary: read.vocabulary })
    return run
  }

  return {
    open: ({ file, ...others }, progress) => open(file.name, blobSource(file.name, file), others, progress, restart()),

    async openSample(progress) {
      const signal = restart()
      const response = await fetch(sample.vectors, { signal })
      if (!response.ok) fail('io', `the sample: HTTP status ${response.status}`)
      const source = bytesSource('sample', new Uint8Array(await response.arrayBuffer()))
      return open('sample-10k.100d.bin', source, {}, progress, signal)
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
      const { table: original, vocabulary } = given
      const signal = restart()
      const compressor = registry.parse(spec)
      const tensor = await openEngine()
      // A dense table in memory is a matrix.
      const matrix = matrixOf(original)!
      const onProgress = (stage: string, done: number, total: number) => progress(stage, done / total)
      const weights = weightsOf(given, compressor)
      const compression = await compress(matrix, compressor, { tensor, weights: weights.values, signal, onProgress })
      const provenance = provenanceOf(compression, { versions: versionsFor(compressor), weights: weights.source })
      const file = await save({ table: compression.table, vocabulary, provenance })
      return keep(spec, file, compression, weights.note, tensor, signal, progress)
    },

    estimate: async (ratio) => estimateFor(ratio, await toPlan()),

    async plan(ratio, progress) {
      const use = await toPlan()
      const estimate = await estimateFor(ratio, use)
      const found = await planFor(ratio, estimate, use, (stage, done, total) => progress(stage, done / total))
      const { note } = weightsOf(use.input, found.compressor)
      return keep(found.spec, found.file.slice(), found.made, note, use.tensor, use.signal, progress)
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

    artefact: (id) => madeOf(id).file
  }
}

function fail(code: SlimbedError['code'], message: string): never {
  throw new SlimbedError(code, message)
}

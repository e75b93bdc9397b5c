import { denseOf, randomAt, type TensorAdapter } from '@slimbed/core'
import type { ReadableSink } from '@slimbed/core/artefact'
import { type Measurement, measure } from '@slimbed/core/measure'
import { type Matrix, SlimbedError } from '@slimbed/runtime'
import { wordsOfRows } from '@slimbed/runtime/format'
import { wordVectors } from '../lookup/word-vectors.js'
import type { Counted, FastTextModel, StoredMatrix } from '../model.js'
import { quantize } from '../quantize/quantize.js'
import { allRows, mostImportant, type Selection } from '../quantize/select.js'
import { partsOf } from '../quantized.js'
import { readModel } from '../read/open.js'
import { type Writable, writeFastText } from '../write/write.js'
import { type Checked, checkTexts } from './check.js'
import { compareModels, matrixOfStored } from './verify.js'

/** Options of `rewriteFastText`. */
export interface RewriteFastTextOptions {
  /** Parts of the columns, a byte of each row for each; half as many as columns unless given. */
  readonly parts?: number | undefined
  /** Whether each row has a factor, which takes another byte; true unless given. */
  readonly norms?: boolean | undefined
  /** The most rows to keep, of words and of n-grams; all unless given. */
  readonly rows?: number | undefined
  /** Texts on which the model is compared before and after. */
  readonly texts?: readonly string[] | undefined
  readonly tensor: TensorAdapter
  /** An unsigned 32-bit integer, 0 by default. */
  readonly seed?: number
  readonly signal?: AbortSignal | undefined
  /** Called with what is done, and how much of it. */
  readonly onProgress?: ((phase: 'encoding' | 'verifying', done: number, total: number) => void) | undefined
}

type Measured = Pick<Measurement, 'relativeError' | 'weightedError' | 'meanCosine'>

/** A model that was written. */
export interface RewrittenFastText {
  readonly bytes: number
  /** The matrix of words and n-grams: the rows that are kept, and what they have lost. */
  readonly input: Measured & {
    readonly rows: number
    readonly dim: number
    readonly parts: number
    readonly norms: boolean
    readonly bytesBefore: number
    readonly bytes: number
  }
  /** The vectors of the words that are kept; errors weigh as often as a word occurs. */
  readonly words: Measured & { readonly count: number }
  readonly checked?: Checked
}

/** The bytes of a matrix in a file. */
function bytesOf(matrix: StoredMatrix): number {
  const { rows, dim } = matrix
  if (matrix.kind === 'dense') return 4 * rows * dim
  return matrix.codes.length + 1024 * dim + (matrix.norms ? rows + 1024 : 0)
}

/** Some rows of a matrix. */
function selected(matrix: Matrix, rows: Uint32Array): Matrix {
  if (rows.length === matrix.rows) return matrix
  const { dim } = matrix
  return {
    rows: rows.length,
    dim,
    async read(start, count) {
      const out = new Float32Array(count * dim)
      for (let i = 0; i < count; ) {
        let end = i + 1
        while (end < count && rows[start + end] === rows[start + i] + end - i) end++
        out.set(await matrix.read(rows[start + i], end - i), i * dim)
        i = end
      }
      return out
    }
  }
}

const none: StoredMatrix = { kind: 'dense', rows: 0, dim: 0, read: async () => new Float32Array() }

async function encode(
  model: FastTextModel,
  input: Matrix,
  { words, kept }: Selection,
  { parts, norms = true, seed = 0, onProgress, ...options }: RewriteFastTextOptions
): Promise<Writable> {
  const { args, labels, tokens } = model
  const wanted = parts ?? Math.ceil(args.dim / 2)
  if (!(Number.isInteger(wanted) && wanted >= 1 && wanted <= args.dim)) {
    throw new SlimbedError('bad-option', `parts: expected 1 to ${args.dim}, the columns, not ${wanted}`)
  }
  const quantized = await quantize(input, {
    ...options,
    width: Math.ceil(args.dim / wanted),
    norms,
    random: randomAt(seed),
    onProgress: (done, total) => onProgress?.('encoding', done, total)
  })
  const counts = Float64Array.from(words, (row) => model.words.counts[row])
  const own = { ...wordsOfRows(model.words, words), counts } satisfies Counted
  // A model of word vectors is only looked up: fastText needs no output for that.
  const output = args.model === 'supervised' ? model.output : none
  return { args, words: own, labels, tokens, kept, input: quantized, output }
}

/**
 * Writes a model with a quantized input, which fastText loads: classifiers as its `quantize` makes them, and models of word vectors, which
 * that refuses, with an empty output. The file is read back: settings, words and every row have to be what was meant.
 *
 * Words, labels and the input are held in memory. The same for a seed and any number of threads. Rejects with `bad-option`, `bad-input` for
 * values that are not finite, `corrupt-file` where what is read back is not what was meant, `too-large`, `aborted`, and as source and sink do.
 */
export async function rewriteFastText(
  model: FastTextModel,
  sink: ReadableSink,
  options: RewriteFastTextOptions
): Promise<RewrittenFastText> {
  const { tensor, rows, texts, signal, onProgress } = options
  const { input, name, args } = model
  const whole = matrixOfStored(input, name)
  if (rows !== undefined && !(Number.isInteger(rows) && rows >= 1)) {
    throw new SlimbedError('bad-option', `rows: expected an integer of 1 or more, not ${rows}`)
  }
  const selection = rows === undefined ? allRows(model) : await mostImportant(model, whole, rows, signal)
  const some = selected(whole, selection.rows)
  const meant = await encode(model, some, selection, options)
  const bytes = await writeFastText(meant, sink, signal)
  const found = await readModel({ name: 'what was written', size: bytes, read: (at, count) => sink.read(at, count) })
  await compareModels(meant, found, signal)
  const progress = (done: number, total: number) => onProgress?.('verifying', done, total)
  const errors = (a: Matrix, b: Matrix, weights?: Float32Array) =>
    measure(a, denseOf(b), { tensor, weights, signal, progress })
  const ofRows = await errors(some, matrixOfStored(found.input, name))
  const [before, after] = [await wordVectors(model, signal), await wordVectors(found, signal)]
  const counts = Float32Array.from(meant.words.counts, (count) => count || 1)
  const ofWords = await errors(selected(before.matrix, selection.words), after.matrix, counts)
  return {
    bytes,
    input: {
      ...measuredOf(ofRows),
      rows: some.rows,
      dim: args.dim,
      parts: partsOf(args.dim, meant.input.codebooks.width),
      norms: meant.input.norms !== undefined,
      bytesBefore: bytesOf(input),
      bytes: bytesOf(meant.input)
    },
    words: { ...measuredOf(ofWords), count: meant.words.size },
    ...(texts && texts.length > 0 && { checked: await checkTexts(model, found, texts) })
  }
}

const measuredOf = ({ relativeError, weightedError, meanCosine }: Measurement): Measured => ({
  relativeError,
  meanCosine,
  ...(weightedError !== undefined && { weightedError })
})

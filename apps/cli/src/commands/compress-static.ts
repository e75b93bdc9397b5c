import {
  type Compressed,
  compress,
  defineCompressor,
  denseOf,
  type Sink,
  saveTo,
  type TensorAdapter
} from '@slimbed/core'
import { provenanceOf } from '@slimbed/core/artefact'
import { usesWeights } from '@slimbed/core/plugins'
import { encoderExtra, extraBytes } from '@slimbed/encoder'
import type { StaticModel } from '@slimbed/io'
import { writeAtomically } from '@slimbed/io/node'
import { type Pipeline, pipelineOf } from '@slimbed/io/plugins'
import { type Extra, gather, type Matrix, type Sizes, SlimbedError, type Table } from '@slimbed/runtime'
import { packTokenizer } from '@slimbed/tokenizer/pack'
import type { WritingFlags } from '../flags/compress.js'
import { closing } from '../open/closing.js'
import { naming } from '../open/naming.js'
import { places } from '../open/places.js'
import { openTensor } from '../open/tensor.js'
import { type Weights, weightsOf } from '../open/weights.js'
import { print, printJson, type Session } from '../session/session.js'
import { stopwatch } from '../session/stopwatch.js'
import { createReport, showReport } from '../show/compression.js'

/** Rows as they are, in float32. */
const none = defineCompressor({
  name: 'none',
  summary: 'rows as they are',
  options: {},
  compress: async (matrix: Matrix) => denseOf(matrix)
})

/** What becomes of the rows unless a pipeline is given. */
const usual = 'fixedpoint(bits=8)'

/** Throws `bad-option` for flags that a static model has no use for. */
function checkFlags(path: string, { pipeline, ...flags }: WritingFlags): void {
  const { vocab, limit, rows, columns, scales, column, calibrate, subwords } = flags
  const given = {
    vocab,
    limit,
    rows,
    columns,
    scales,
    column,
    calibrate,
    subwords,
    order: flags.order === 'words' ? 'words' : undefined
  }
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue
    const message = `--${name} ${value}: ${path} is a static model, whose rows go by the numbers of its tokens`
    throw new SlimbedError('bad-option', message)
  }
  if (pipeline.length > 1) {
    throw new SlimbedError('bad-option', `${path} has one table: give one --pipeline; stages are joined by "|"`)
  }
}

/** Weights of tokens as weights of the rows that they share. */
function onRows({ values, ...weights }: Weights, { mapping, matrix }: StaticModel): Weights {
  if (!mapping || !values) return { ...weights, values }
  const sums = new Float32Array(matrix.rows)
  for (const [token, row] of mapping.entries()) sums[row] += values[token]
  return { ...weights, values: sums }
}

/** The numbers of rows in as few bytes as there are rows. */
const narrow = (index: Uint32Array, rows: number) =>
  rows <= 2 ** 8 ? Uint8Array.from(index) : rows <= 2 ** 16 ? Uint16Array.from(index) : index

/** The rows of tokens, given those that the model has. */
const sharedBy = ({ mapping, matrix }: StaticModel, table: Table): Table =>
  mapping ? gather(narrow(mapping, matrix.rows), table) : table

/** What the file has beside its table. */
function extraOf({ settings, tokenizer, weights, layout, config, unscaled }: StaticModel): Extra {
  const model = { layout, config, ...(unscaled && { unscaled }) }
  const json: unknown = JSON.parse(new TextDecoder().decode(tokenizer))
  return encoderExtra({ settings: { ...settings, model }, tokenizer: packTokenizer(json), weights })
}

/** Runs the pipeline on the rows, and writes the file. */
async function run(
  model: StaticModel,
  extra: Extra,
  { compressor, versions }: Pipeline,
  weights: Weights,
  tensor: TensorAdapter,
  { output, seed }: WritingFlags,
  { signal, progress }: Session,
  onComputed: () => void
): Promise<Compressed & { readonly sizes: Sizes }> {
  const { matrix } = model
  const size = matrix.rows * matrix.dim * 4
  const origin = { versions, weights: weights.source }
  const common = {
    seed,
    tensor,
    weights: weights.values,
    signal,
    onProgress: (stage: string, done: number, total: number) =>
      progress.phase(stage === 'measure' ? 'measuring' : stage, size)(done, total)
  }
  const onWrite = (done: number, total: number) => {
    onComputed()
    progress.phase('writing', total)(done, total)
  }
  const produce = async (sink: Sink) => {
    if (!model.mapping) return compress(matrix, compressor, { ...common, sink, extra, origin, onWrite })
    const made = await compress(matrix, compressor, common)
    const table = sharedBy(model, made.table)
    const contents = { table, extra, provenance: provenanceOf(made, origin) }
    return { ...made, table, sizes: await saveTo(contents, sink, { signal, progress: onWrite }) }
  }
  return writeAtomically(output, produce, { signal })
}

/** `slimbed compress` of a static model: its rows compressed, and all else that turns texts into vectors, in one file. */
export async function compressStatic(
  path: string,
  model: StaticModel,
  flags: WritingFlags,
  session: Session
): Promise<void> {
  checkFlags(path, flags)
  if (model.unscaled) {
    session.warn(
      `${path}: its rows are int8, which keeps no scale: their directions are right, their lengths are not; the file says so`
    )
  }
  const sinceStart = stopwatch()
  const spec = flags.pipeline[0] ?? usual
  const { matrix, tokens, bytes, layout } = model
  const input = { path, format: layout, rows: matrix.rows, dim: matrix.dim, bytes }
  const pipeline = spec === 'none' ? { compressor: none(), versions: {} } : await pipelineOf(spec, flags.plugin, places)
  await closing(openTensor(flags), async (tensor) => {
    const lap = stopwatch()
    const weighed = { path, rows: tokens.size, vocabulary: tokens }
    const found = await weightsOf(flags.weights, weighed, usesWeights(pipeline.compressor), session)
    const weights = onRows(found, model)
    const read = lap()
    let compressing: number | undefined
    const extra = await naming(path, () => extraOf(model))
    const made = await run(model, extra, pipeline, weights, tensor, flags, session, () => {
      compressing ??= lap()
    })
    const { normalize, maxLength } = model.settings
    const size = extraBytes(extra)
    const texts = { tokens: tokens.size, bytes: size, weights: model.weights !== undefined, normalize, maxLength }
    const seconds = { read, compress: compressing ?? 0, write: lap(), total: sinceStart() }
    session.progress.clear()
    const report = createReport(input, flags.output, made, made.sizes, seconds, { texts })
    await (flags.json
      ? printJson(report, flags.output)
      : print(showReport(report, spec, weights.source !== 'uniform'), flags.output))
  })
}

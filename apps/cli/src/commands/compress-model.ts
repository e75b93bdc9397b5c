import { type Compression, compress, type Sink } from '@slimbed/core'
import { provenanceOf, saveModelTo } from '@slimbed/core/artefact'
import { usesWeights } from '@slimbed/core/plugins'
import type { ModelFile } from '@slimbed/io'
import { openModel, openWords, refuseShards, withShard, writeAtomically } from '@slimbed/io/node'
import { type Pipeline, pipelineOf } from '@slimbed/io/plugins'
import { type Matrix, SlimbedError, type Vocabulary } from '@slimbed/runtime'
import type { CompressFlags } from '../flags/compress.js'
import { closing } from '../open/closing.js'
import { calibratedOn } from '../open/metrics.js'
import { places } from '../open/places.js'
import { type Selected, select } from '../open/select-tensors.js'
import { openTensor } from '../open/tensor.js'
import { type Weights, weightsOf, wordsToSave } from '../open/weights.js'
import { print, printJson, type Session } from '../session/session.js'
import { stopwatch } from '../session/stopwatch.js'
import { type Made, modelReport, showModelReport, showTried } from '../show/model-compression.js'
import { count } from '../show/text/units.js'
import { checkModelPlan, planModel } from './plan-model.js'

/** The pipeline for each pattern of `--tensor`: one for all, or one for each. Rejects with `bad-option` for another number. */
async function pipelinesFor({ pipeline: specs, tensor, plugin }: CompressFlags): Promise<Pipeline[]> {
  if (specs.length !== 1 && specs.length !== tensor.length) {
    const message = `expected one --pipeline for all, or one for each of the ${tensor.length} --tensor, not ${specs.length}`
    throw new SlimbedError('bad-option', message)
  }
  const pipelines = await Promise.all(specs.map((spec) => pipelineOf(spec, plugin, places)))
  return tensor.map((_, i) => pipelines[specs.length === 1 ? 0 : i]!)
}

const sizeOf = ({ rows, dim }: Matrix) => rows * dim * 4

/** The weights of the rows of each matrix. Matrices share words and counts, so each must have as many rows as there are words. */
async function weightsFor(
  path: string,
  model: ModelFile,
  selected: readonly Selected[],
  /** Whether the pipeline of a pattern wants weights. */
  wants: (pattern: number) => boolean,
  flags: CompressFlags,
  session: Session
): Promise<Weights[]> {
  const { rows: first } = model.matrices.get(selected[0].name)!
  const read = flags.vocab === undefined ? undefined : await openWords(flags.vocab, first, { signal: session.signal })
  read?.warnings.forEach(session.warn)
  const made: Weights[] = []
  let shared: Vocabulary | undefined = read?.words
  for (const { name, pattern } of selected) {
    const { rows } = model.matrices.get(name)!
    if (shared && shared.size !== rows) {
      const found = `tensor ${JSON.stringify(name)} has ${count(rows)} rows, but there are ${count(shared.size)} words`
      throw new SlimbedError('bad-input', `${path}: ${found}; the tables of a model share their words`)
    }
    const before = made.find(({ source, values }) => source !== 'uniform' && values?.length === rows)
    const weighed = { path, rows, vocabulary: shared }
    const weights = before ?? (await weightsOf(flags.weights, weighed, wants(pattern), session))
    shared = weights.vocabulary
    made.push(weights)
  }
  return made
}

/** `select`; if a tensor is in another shard of the model, the error names that shard. */
async function selectFrom(path: string, model: ModelFile, patterns: readonly string[]): Promise<Selected[]> {
  try {
    return select(path, model, patterns)
  } catch (error) {
    throw await withShard(error, path, patterns)
  }
}

/** The tensors of scales that go into the tables: what is compressed is already times them. */
function scalesOf({ scales }: ModelFile, names: readonly string[], { warn }: Session): string[] {
  return names.flatMap((name) => {
    const own = scales.get(name)
    if (own === undefined) return []
    warn(`${name}: its values are taken times ${own}, which is left out`)
    return [own]
  })
}

/** `slimbed compress --tensor`: compresses matrices of a model and keeps its other tensors; with `--dry-run`, nothing is written. */
export async function compressModel(path: string, flags: CompressFlags, session: Session): Promise<void> {
  const sinceStart = stopwatch()
  const { signal, progress } = session
  if (flags.order === 'words') {
    throw new SlimbedError('bad-option', '--order words is for one table: other tensors of a model go by its rows')
  }
  const isAsked = flags.pipeline.length === 0
  const output = flags.dryRun ? undefined : flags.output
  if (isAsked) checkModelPlan(flags)
  const given = isAsked ? [] : await pipelinesFor(flags)
  await refuseShards(path, flags.tensor)
  await closing(openTensor(flags), (tensor) => {
    const lap = stopwatch()
    return closing(openModel(path, { signal, progress: progress.phase('reading', 0) }), async (model) => {
      const selected = await selectFrom(path, model, flags.tensor)
      const weights = await weightsFor(
        path,
        model,
        selected,
        (pattern) => !isAsked && usesWeights(given[pattern]!.compressor),
        flags,
        session
      )
      const { calibrate: text } = flags
      const names = selected.map(({ name }) => name)
      const words = weights.at(-1)?.vocabulary
      const calibrated =
        text === undefined ? undefined : await calibratedOn({ path, text, words, names }, tensor, session)
      const metrics = calibrated?.metrics
      const read = lap()
      const replaced = new Set([...names, ...scalesOf(model, names, session)])
      const tensors = flags.alone ? [] : model.tensors.filter(({ name }) => !replaced.has(name))
      const vocabulary = wordsToSave(weights.find(({ source }) => source === 'counts') ?? weights.at(-1)!, flags.counts)
      const contentOf = (made: readonly Compression[], pipelines: readonly Pipeline[]) => {
        const provenance = (compression: Compression, i: number) =>
          provenanceOf(compression, {
            versions: pipelines[i]!.versions,
            weights: weights[i]!.source,
            calibrated: metrics?.has(names[i]!)
          })
        return {
          tables: new Map(made.map(({ table }, i) => [names[i]!, table])),
          tensors,
          vocabulary,
          provenance: {
            seed: flags.seed,
            tables: Object.fromEntries(made.map((compression, i) => [names[i]!, provenance(compression, i)]))
          },
          metadata: model.metadata
        }
      }
      const fileWith = async (made: readonly Compression[], pipelines: readonly Pipeline[]) =>
        (await saveModelTo(contentOf(made, pipelines), { write: async () => {} }, { signal })).file
      const found = isAsked
        ? await planModel(model, selected, weights, calibrated, words, flags, fileWith, tensor, session)
        : undefined
      const pipelines = found?.pipelines ?? selected.map(({ pattern }) => given[pattern]!)
      const made: Made[] = []
      for (const [i, { name }] of selected.entries()) {
        const matrix = model.matrices.get(name)!
        const before = found?.planned[i]?.made
        const compression =
          before ??
          (await compress(matrix, pipelines[i]!.compressor, {
            seed: flags.seed,
            tensor,
            weights: weights[i]!.values,
            metric: metrics?.get(name),
            signal,
            onProgress: (stage, done, total) =>
              progress.phase(`${name}: ${stage === 'measure' ? 'measuring' : stage}`, sizeOf(matrix))(done, total)
          }))
        made.push({ tensor: name, rows: matrix.rows, dim: matrix.dim, compression })
      }
      const compressing = lap()
      const compressions = made.map(({ compression }) => compression)
      const toWrite = contentOf(compressions, pipelines)
      const write = async (sink: Sink) => {
        const written = await saveModelTo(toWrite, sink, {
          signal,
          progress: (done, total) => progress.phase('writing', total)(done, total)
        })
        if (flags.target === undefined || written.file <= flags.target) return written
        const more = `the file would have ${count(written.file)} bytes`
        throw new SlimbedError('bad-option', `--target ${count(flags.target)} bytes is too few for this model: ${more}`)
      }
      const sizes =
        output === undefined ? await write({ write: async () => {} }) : await writeAtomically(output, write, { signal })
      const seconds = { read, compress: compressing, write: lap(), total: sinceStart() }
      progress.clear()
      const others = tensors.reduce((sum, { bytes }) => sum + bytes, 0)
      const report = modelReport({ path, bytes: model.bytes }, output ?? 'not written', made, others, sizes, seconds)
      const weighted = weights.some(({ source }) => source !== 'uniform')
      const tried = found?.planned.flatMap(({ name, tried }) => tried.map((one) => ({ tensor: name, ...one })))
      const shown = () => [
        ...(tried ? [showTried(tried, calibrated !== undefined)] : []),
        showModelReport(report, tensors.length, weighted)
      ]
      await (flags.json
        ? printJson(tried ? { ...report, plan: { tried } } : report, output)
        : print(shown().join('\n\n'), output))
    })
  })
}

import { stat } from 'node:fs/promises'
import type { TensorAdapter } from '@slimbed/core'
import { usesWeights } from '@slimbed/core/plugins'
import { isSeveral, shardWith, staticModelAt } from '@slimbed/io/node'
import { type Pipeline, pipelineOf } from '@slimbed/io/plugins'
import { SlimbedError } from '@slimbed/runtime'
import { onCluster } from '../cluster/on-cluster.js'
import type { CompressFlags, WritingFlags } from '../flags/compress.js'
import { closing } from '../open/closing.js'
import { otherFormat } from '../open/formats.js'
import { checkArtefactOutput, checkFolderOutput, checkInputs, pluginFiles } from '../open/paths.js'
import { places } from '../open/places.js'
import { type Resuming, resuming } from '../open/resuming.js'
import { shardsOf } from '../open/shards-output.js'
import { matrixOfOpened, openTable } from '../open/table.js'
import { openTensor } from '../open/tensor.js'
import { countsFile, weightsOf, wordsToSave } from '../open/weights.js'
import { inWordOrder } from '../open/word-order.js'
import { print, printJson, type Session } from '../session/session.js'
import { stopwatch } from '../session/stopwatch.js'
import type { Divide } from '../shards/divide.js'
import { createReport, showReport } from '../show/compression.js'
import { compressNgrams } from './compress-ngrams.js'
import { compressTo } from './compress-to.js'

/** The pipelines for a table and for n-grams beside it. Throws `bad-option` for more. */
function specsOf({ pipeline: [spec, ofNgrams = spec, ...more] }: CompressFlags): [string, string] {
  if (spec !== undefined && more.length === 0) return [spec, ofNgrams]
  throw new SlimbedError('bad-option', 'several --pipeline are for several --tensor; stages are joined by "|"')
}

/** For files of so many bytes, threads start at once, while the file is opened. */
const worthThreads = 64 * 2 ** 20

async function compressTable(path: string, flags: WritingFlags, session: Session): Promise<void> {
  const sinceStart = stopwatch()
  if (flags.pipeline.length > 1 && (await otherFormat(path))?.name !== 'fasttext') {
    const meant = 'several --pipeline are for several --tensor, or for the words and n-grams of a fastText model'
    throw new SlimbedError('bad-option', `${meant}, which ${path} is not; stages are joined by "|"`)
  }
  const [spec, ofNgrams] = specsOf(flags)
  const pipeline = await pipelineOf(spec, flags.plugin, places)
  const second = ofNgrams === spec ? pipeline : await pipelineOf(ofNgrams, flags.plugin, places)
  const size = (await stat(path).catch(() => undefined))?.size ?? 0
  const eager = size >= worthThreads && flags.cluster === undefined
  const resume = await resuming(path, flags, pipeline.versions)
  await onCluster(
    path,
    spec,
    pipeline.versions,
    flags,
    session,
    ({ backend, spread = resume?.resumable.spread, verify, divide }) =>
      closing(openTensor({ ...flags, backend, spread, eager }), (tensor) =>
        compressOn(tensor, path, flags, { spec, pipeline, second, sinceStart, verify, resume, divide }, session)
      )
  )
}

/** What is compressed with. */
interface Chosen {
  readonly spec: string
  readonly pipeline: Pipeline
  readonly second: Pipeline
  readonly sinceStart: () => number
  /** Rejects where the input has changed meanwhile. */
  readonly verify: () => Promise<void>
  readonly resume: Resuming | undefined
  /** Who makes the parts of a table in shards, if not this process. */
  readonly divide: Divide | undefined
}

async function compressOn(
  tensor: TensorAdapter,
  path: string,
  flags: WritingFlags,
  { spec, pipeline, second, sinceStart, verify, resume, divide }: Chosen,
  session: Session
): Promise<void> {
  const { output } = flags
  const { tensor: names, ...reading } = flags
  const one = names.length === 1 ? { ...reading, tensor: names[0] } : reading
  const lap = stopwatch()
  return closing(openTable(path, one, session), async (input) => {
    if (input.format === 'slimbed') {
      session.warn(`${path} is compressed already; errors are measured against it, not against what it was made from`)
    }
    if (flags.cluster !== undefined && input.model && flags.subwords !== 'none') {
      throw new SlimbedError('bad-option', '--cluster compresses the words of a fastText model alone: --subwords none')
    }
    const found = await weightsOf(flags.weights, input, usesWeights(pipeline.compressor), session)
    const rows = await matrixOfOpened(input, tensor)
    const { matrix, weights } =
      flags.order === 'words' ? await inWordOrder(path, rows, found) : { matrix: rows, weights: found }
    const words = wordsToSave(weights, flags.counts)
    const { calibrate: text } = flags
    const metrics =
      text === undefined
        ? undefined
        : await (await import('../open/metrics.js')).metricsOn(
            { path, text, words: found.vocabulary, names },
            tensor,
            session
          )
    const metric = metrics?.get(names[0])
    const read = lap()
    let compressing: number | undefined
    const ngrams = await compressNgrams(input, flags, second, weights.source, tensor, session)
    const { extra, report: ofNgrams } = ngrams ?? {}
    const made = await compressTo(
      matrix,
      output,
      pipeline,
      tensor,
      weights,
      words,
      metric,
      extra,
      flags.seed,
      session,
      () => {
        compressing ??= lap()
      },
      verify,
      resume,
      shardsOf(flags),
      divide
    )
    const seconds = { read, compress: compressing ?? 0, write: lap(), total: sinceStart() }
    session.progress.clear()
    const report = createReport(input, output, made, made.sizes, seconds, { ngrams: ofNgrams })
    await (flags.json
      ? printJson(report, output)
      : print(showReport(report, spec, weights.source !== 'uniform'), output))
  })
}

const askedBy = ['target', 'ratio', 'keep', 'maxError', 'minCosine', 'maxPerplexity', 'measure', 'dryRun'] as const

/** Throws `bad-option` for flags that ask for another pipeline than the one that there is. */
function refuseAsked(flags: CompressFlags, why: string): void {
  const clash = askedBy.find((name) => flags[name] !== undefined)
  if (!clash) return
  const flag = `--${clash.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
  throw new SlimbedError('bad-option', `${flag} looks for a pipeline, ${why}`)
}

/** Refuses to write nowhere. */
function writing(flags: CompressFlags): WritingFlags {
  const { output } = flags
  if (output !== undefined) return { ...flags, output }
  throw new SlimbedError('bad-option', `required option '-o, --output <file>'; see "slimbed compress --help"`)
}

/**
 * `slimbed compress`: compresses the table in `path` and writes the result. With `--tensor`, the file is a model, and the output is a model
 * too; with `--alone` and one name, the output is a single table. Without a pipeline, one is looked for.
 */
export async function compressCommand(path: string, flags: CompressFlags, session: Session): Promise<void> {
  const { tensor, alone = false, calibrate } = flags
  const asked = flags.pipeline.length === 0
  if (flags.cluster !== undefined && asked) {
    throw new SlimbedError('bad-option', '--cluster needs a pipeline: give one with -p')
  }
  if (!asked) refuseAsked(flags, 'and -p gives one: leave one of them out')
  if (flags.output === undefined && !flags.dryRun) writing(flags)
  if (alone && tensor.length === 0) throw new SlimbedError('bad-option', '--alone goes with --tensor')
  const others = [flags.vocab, countsFile(flags.weights), calibrate]
  await checkInputs([path, ...others], session)
  const shards = shardsOf(flags)
  if (flags.output !== undefined) {
    const inputs = [path, ...others, ...(await pluginFiles(flags.plugin))]
    if (shards) await checkFolderOutput(flags.output, inputs, session.warn)
    else await checkArtefactOutput(flags.output, inputs)
  }
  // Of other models than .safetensors, a table is compressed by itself.
  const other = tensor.length > 0 ? await otherFormat(path) : undefined
  const one = tensor.length === 1 && !tensor[0].includes('*')
  const inParts = one && ((await isSeveral(path)) || (await shardWith(path, tensor[0])) !== undefined)
  const ofOne = (['limit', 'rows', 'columns', 'scales', 'column'] as const).find((name) => flags[name] !== undefined)
  if (ofOne !== undefined && tensor.length > 0 && !alone && !other && !inParts) {
    throw new SlimbedError('bad-option', `--${ofOne} is for one table; with --tensor, give --alone, too`)
  }
  if (other && !one) {
    const message = `${path} is a .${other.name} model, of which one --tensor at a time is compressed: give its whole name`
    throw new SlimbedError('bad-option', message)
  }
  const model = tensor.length === 0 ? await staticModelAt(path) : undefined
  if (model && !flags.resume && !shards) {
    const { compressStatic } = await import('./compress-static.js')
    return closing(Promise.resolve(model), (opened) => {
      refuseAsked(flags, 'and a static sentence model gets the usual one, or that of -p')
      return compressStatic(path, opened, writing(flags), session)
    })
  }
  const single = tensor.length === 0 || (one && (alone || other !== undefined || inParts))
  if (shards && (asked || !single || model)) {
    throw new SlimbedError('bad-option', 'a folder of parts is written with -p, of one table that is no model')
  }
  if (flags.resume && (asked || !single)) {
    throw new SlimbedError(
      'bad-option',
      '--resume goes with -p and one table: say what is to be done, so that a later run does the same'
    )
  }
  if (asked && single) {
    const { compressPlanned } = await import('./compress-planned.js')
    return compressPlanned(path, flags, session)
  }
  if (single) return compressTable(path, writing(flags), session)
  if (flags.cluster !== undefined) {
    throw new SlimbedError('bad-option', '--cluster is for one table: give one --tensor, and --alone')
  }
  const { compressModel } = await import('./compress-model.js')
  await compressModel(path, flags.dryRun ? flags : writing(flags), session)
}

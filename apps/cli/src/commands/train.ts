import { format, SlimbedError } from '@slimbed/core'
import { writeAtomically } from '@slimbed/io/node'
import { type Pipeline, pipelineOf, type Schedule, scheduleOf } from '@slimbed/io/plugins'
import { parseSafetensors } from '@slimbed/runtime'
import { type ModelName, saveClassifier, type TrainHooks, type TrainOptions, train } from '@slimbed/train'
import type { TrainFlags } from '../flags/train.js'
import { vocabularyBytes } from '../open/artefact.js'
import { type CheckpointFile, checkpointFor, checkpointOf } from '../open/checkpoint.js'
import { closing } from '../open/closing.js'
import { checkArtefactOutput, checkInputs, checkOutput, pluginFiles } from '../open/paths.js'
import { places } from '../open/places.js'
import { taskOf } from '../open/task.js'
import { openTensor } from '../open/tensor.js'
import { print, printJson, type Session } from '../session/session.js'
import { stopwatch } from '../session/stopwatch.js'
import { percent } from '../show/text/units.js'
import { aboutRun, showTraining, type TrainReport } from '../show/training.js'

/** The schedules and pipelines that the flags describe. */
interface Specs {
  readonly schedule: Schedule
  readonly retrain: Schedule | undefined
  readonly compress: Pipeline | undefined
  readonly quantize: Pipeline | undefined
}

async function specsOf(flags: TrainFlags): Promise<Specs> {
  const { schedule, retrainSchedule, compress, quantize, plugin, atEpoch, quantizeEpochs } = flags
  const pipeline = async (spec: string | undefined) =>
    spec === undefined ? undefined : pipelineOf(spec, plugin, places)
  if (compress === undefined && atEpoch !== undefined) {
    throw new SlimbedError('bad-option', '--at-epoch says when to compress: give --compress too')
  }
  if (quantize === undefined && quantizeEpochs !== undefined) {
    throw new SlimbedError('bad-option', '--quantize-epochs says how long to train quantized: give --quantize too')
  }
  return {
    schedule: await scheduleOf(schedule, plugin, places),
    retrain: retrainSchedule === undefined ? undefined : await scheduleOf(retrainSchedule, plugin, places),
    compress: await pipeline(compress),
    quantize: await pipeline(quantize)
  }
}

/** The default number of epochs before the compression. */
const usualEpoch = 3

/** A schedule once the steps of an epoch are known. */
const scheduling =
  ({ scheduler }: Schedule) =>
  (stepsPerEpoch: number) =>
    scheduler({ stepsPerEpoch })

function optionsOf(flags: TrainFlags, { schedule, retrain, compress, quantize }: Specs): TrainOptions {
  const { model, epochs, batch, optimizer, seed, patience, wordDropout, freezeTable } = flags
  return {
    ...{ epochs, batch, optimizer, seed, patience, wordDropout, freezeTable },
    model: model as ModelName,
    schedule: scheduling(schedule),
    retrain: { optimizer: flags.retrainOptimizer, schedule: retrain && scheduling(retrain) },
    compress: compress && { compressor: compress.compressor, atEpoch: flags.atEpoch ?? Math.min(usualEpoch, epochs) },
    quantize: quantize && { compressor: quantize.compressor, epochs: flags.quantizeEpochs ?? 0 }
  }
}

/** Shows the progress of training, and writes checkpoints. */
function hooksOf({ signal, progress }: Session, checkpoint: CheckpointFile): TrainHooks {
  let note = ''
  return {
    signal,
    onStep({ phase, epoch, epochs, done, total, loss, rate, devAccuracy }) {
      note = `${phase} ${epoch}/${epochs}  loss ${loss.toFixed(3)}  dev ${percent(devAccuracy)}  rate ${rate.toExponential(1)}`
      progress.phase('training', total, () => note)(done, total)
    },
    onCheckpoint: checkpoint.write
  }
}

/** How the classifier was made: the same for the same data, options and seed. */
function provenanceOf(flags: TrainFlags, { schedule, retrain, compress, quantize }: Specs, backend: string) {
  const { model, epochs, batch, optimizer, seed, retrainOptimizer, retrainSchedule } = flags
  const pipelines = [compress, quantize].flatMap((made) => (made ? [format(made.compressor)] : []))
  const versions = { ...schedule.versions, ...retrain?.versions, ...compress?.versions, ...quantize?.versions }
  return {
    ...(pipelines.length > 0 && { pipeline: pipelines.join(' | ') }),
    ...{ seed, backend, versions: Object.fromEntries(Object.entries(versions).sort()) },
    training: {
      ...{ model, epochs, batch, optimizer, schedule: flags.schedule },
      ...(retrainOptimizer !== undefined && { retrainOptimizer }),
      ...(retrainSchedule !== undefined && { retrainSchedule })
    }
  }
}

/** Trains a classifier on labelled texts, compressed on the way, and writes it: `slimbed train`. */
export async function trainCommand(flags: TrainFlags, session: Session): Promise<void> {
  const { output, data, dev, test, vectors, vocab } = flags
  const sinceStart = stopwatch()
  const specs = await specsOf(flags)
  const inputs = [data, dev, test, vectors, vocab]
  await checkInputs(inputs, session)
  const read = [...inputs, ...(await pluginFiles(flags.plugin))]
  await checkArtefactOutput(output, read)
  const checkpointPath = checkpointOf(output)
  if (checkpointPath !== undefined) {
    await checkOutput(checkpointPath, read, `-o ${output}, its checkpoint ${checkpointPath}`)
  }
  await closing(openTensor(flags), async (tensor) => {
    const task = await taskOf(flags, tensor, session)
    const checkpoint = await checkpointFor(output, flags.resume ?? false, session)
    const run = train(task, optionsOf(flags, specs), tensor, hooksOf(session, checkpoint), checkpoint.resume)
    const trained = await run.catch((error) => {
      checkpoint.tell()
      throw error
    })
    const bytes = await saveClassifier(trained, provenanceOf(flags, specs, tensor.backend))
    await writeAtomically(output, (sink) => sink.write(bytes, 0))
    await checkpoint.remove()
    session.progress.clear()
    const { tableBytes } = trained.reports.at(-1)!
    const report: TrainReport = {
      output: {
        path: output,
        bytes: bytes.length,
        tableBytes,
        vocabularyBytes: vocabularyBytes(parseSafetensors(bytes, bytes.length))
      },
      ...aboutRun(trained),
      ...{ schedule: flags.schedule, backend: tensor.backend, threads: tensor.threads, seconds: sinceStart() },
      peakMemoryBytes: process.resourceUsage().maxRSS * 1024
    }
    await (flags.json ? printJson(report, output) : print(showTraining(report), output))
  })
}

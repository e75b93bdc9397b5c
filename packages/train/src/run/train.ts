import { materialize, type Table, type TensorAdapter, tableBytes, throwIfAborted } from '@slimbed/core'
import type { Model } from '../models/model.js'
import { multiplyOn } from '../network/multiply.js'
import { trainable } from '../network/nodes/trainable.js'
import { type Means, rewritten, standIn } from '../network/rewriting.js'
import type { Task } from '../text/task.js'
import { readCheckpoint, writeCheckpoint } from './checkpoint.js'
import { type Run, trainEpoch } from './epoch.js'
import { accuracyOf } from './evaluate.js'
import { checkOptions, type TrainOptions, toolsOf } from './options.js'
import { type Phase, type PhaseReport, phasesOf, type TrainHooks } from './phases.js'
import { firstState, freshOptimizer, keep, restore, type State } from './state.js'

/** The result of training. */
export interface Trained {
  readonly task: Task
  readonly options: TrainOptions
  /** The table of the best epoch of the last phase. */
  readonly table: Table
  readonly model: Model
  /** How each phase ended. */
  readonly reports: readonly PhaseReport[]
}

/** A run, with what the change from one phase to the next needs. */
interface Job extends Omit<Run, 'schedule'> {
  readonly phases: readonly Phase[]
  readonly stepsPerEpoch: number
  readonly means: Means
  readonly hooks: TrainHooks
}

/** The quantization with which every step of a phase sees the leaves of the table, if any. */
const quantizerOf = ({ options }: Job, { name }: Phase) =>
  name === 'quantized' ? options.quantize?.compressor : undefined

/** Measures the state on the dev data; the best of the phase is kept. Resolves to the accuracy. */
async function measure({ task, multiply, signal }: Job, state: State): Promise<number> {
  const accuracy = await accuracyOf(state.model, state.table, task.dev, task.labels.length, multiply, signal)
  if (!state.best || accuracy > state.best.accuracy) state.best = keep(state, accuracy)
  return accuracy
}

/** The accuracy on the test data, for reports alone; null without such data. */
async function testOf({ task, multiply, signal }: Job, { model, table }: State): Promise<number | null> {
  return task.test ? accuracyOf(model, table, task.test, task.labels.length, multiply, signal) : null
}

/** Trains from the current state to the end of the phase. Afterwards the state is the best one of the phase. */
async function runPhase(job: Job, state: State, phase: Phase): Promise<void> {
  const { hooks, options, stepsPerEpoch, phases, task } = job
  const quantizer = quantizerOf(job, phase)
  const settle = async () => {
    if (quantizer) await standIn(state.table, quantizer, job.means)
  }
  const past = phases.slice(0, state.phase).reduce((sum, { epochs }) => sum + epochs, 0) * stepsPerEpoch
  const total = phases.reduce((sum, { epochs }) => sum + epochs, 0) * stepsPerEpoch
  const { name, epochs } = phase
  const run = { ...job, schedule: toolsOf(options, state.phase).schedule(stepsPerEpoch) }
  await settle()
  let accuracy = state.best ? state.best.accuracy : await measure(job, state)
  if (!state.before) {
    state.before = { devAccuracy: accuracy, testAccuracy: await testOf(job, state) }
    hooks.onEpoch?.({ phase: name, epoch: 0, epochs, loss: null, devAccuracy: accuracy, rate: null })
  }
  while (state.epoch < epochs && state.epoch - state.best!.epoch < (options.patience ?? Number.POSITIVE_INFINITY)) {
    const { loss, rate } = await trainEpoch(run, state, phase, async (mean, now) => {
      await settle()
      const done = past + state.optimizer.steps
      hooks.onStep?.({
        phase: name,
        epoch: state.epoch + 1,
        epochs,
        done,
        total,
        loss: mean,
        rate: now,
        devAccuracy: accuracy
      })
    })
    state.epoch++
    accuracy = await measure(job, state)
    hooks.onEpoch?.({ phase: name, epoch: state.epoch, epochs, loss, devAccuracy: accuracy, rate })
    if (hooks.onCheckpoint) await hooks.onCheckpoint(await writeCheckpoint(state, task, options))
  }
  restore(state)
  await settle()
}

/** The table at the end of a phase, quantized if the phase is. */
async function tableOf(job: Job, state: State, phase: Phase): Promise<Table> {
  const quantizer = quantizerOf(job, phase)
  const table = state.table.table()
  return quantizer ? materialize(await rewritten(table, quantizer, job.means)) : table
}

/** The report of a phase. Its best state is measured on the test data for the report only. */
async function reportOf(job: Job, state: State, phase: Phase, table: Table): Promise<PhaseReport> {
  return {
    phase: phase.name,
    epochs: state.epoch,
    bestEpoch: state.best!.epoch,
    devAccuracy: state.best!.accuracy,
    testAccuracy: await testOf(job, state),
    before: state.before!,
    tableBytes: tableBytes(table),
    classifierBytes: 4 * state.model.parameters.reduce((sum, { data }) => sum + data.length, 0)
  }
}

/** Begins the next phase, with its compressed table if it has one, and with a fresh optimizer. */
async function beginNext(job: Job, state: State): Promise<void> {
  const { options, means, multiply, phases } = job
  state.phase++
  if (phases[state.phase].name === 'compressed') {
    const table = await rewritten(state.table.table(), options.compress!.compressor, means)
    state.table = trainable(await materialize(table), multiply)
  }
  state.optimizer = freshOptimizer(toolsOf(options, state.phase).optimizer, state, options.freezeTable)
  state.epoch = 0
  state.best = undefined
  state.before = undefined
}

/** Compresses the initial table of a run, so that a compression that cannot work fails before the training and not after it. */
async function rehearse({ options, means, multiply }: Job, { table }: State): Promise<void> {
  const { compress, quantize } = options
  const first = table.table()
  const compressed = compress
    ? trainable(await materialize(await rewritten(first, compress.compressor, means)), multiply)
    : table
  if (quantize) await rewritten(compressed.table(), quantize.compressor, means)
}

/**
 * Trains a text classifier and its table. With `options.compress`, the best table so far is compressed at that epoch, and training
 * goes on through its factors with a fresh optimizer (Acharya et al. 2019); with `options.quantize`, the leaves are quantized at
 * the end, after epochs that compute with quantized values. Each phase keeps the epoch that did best on the dev data.
 *
 * The same task, options and engine give the same bits, also when a run goes on from a checkpoint, `resume`. Rejects with
 * `bad-option` for options that make no sense and when training diverges, `bad-input` for a compression that cannot be trained
 * and a checkpoint of another run, `corrupt-file`, `aborted`, and as compressors and hooks do.
 */
export async function train(
  task: Task,
  options: TrainOptions,
  tensor: TensorAdapter,
  hooks: TrainHooks = {},
  resume?: Uint8Array
): Promise<Trained> {
  checkOptions(options)
  const { signal } = hooks
  throwIfAborted(signal)
  const stepsPerEpoch = Math.ceil(task.train.sentences.length / options.batch)
  const weights = Float32Array.from(task.vocabulary.counts ?? [])
  const job: Job = {
    ...{ task, options, signal, hooks, stepsPerEpoch },
    multiply: multiplyOn(tensor),
    phases: phasesOf(options),
    means: { tensor, seed: options.seed, weights, signal }
  }
  const state = resume ? readCheckpoint(resume, task, options, job.multiply) : firstState(task, options, job.multiply)
  if (!resume) await rehearse(job, state)
  for (;;) {
    const phase = job.phases[state.phase]
    await runPhase(job, state, phase)
    const table = await tableOf(job, state, phase)
    state.reports.push(await reportOf(job, state, phase, table))
    if (state.phase === job.phases.length - 1)
      return { task, options, table, model: state.model, reports: state.reports }
    await beginNext(job, state)
  }
}

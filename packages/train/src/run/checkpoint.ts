import { save } from '@slimbed/core'
import { type Json, type JsonObject, load, SlimbedError, type Table, type Tensor, type Tensors } from '@slimbed/runtime'
import { crc32, hex8 } from '@slimbed/runtime/format'
import type { Multiply } from '../network/multiply.js'
import { trainable } from '../network/nodes/trainable.js'
import type { Task } from '../text/task.js'
import { describe, type TrainOptions, toolsOf } from './options.js'
import type { PhaseReport } from './phases.js'
import { firstState, freshOptimizer, parametersOf, type State } from './state.js'

const kind = 'checkpoint'

function fail(message: string): never {
  throw new SlimbedError('bad-input', `checkpoint: ${message}`)
}

/** A checksum of all data that a run is trained on. */
function digest({ train, dev, vocabulary, labels, initial }: Task): string {
  const bytes = (array: { buffer: ArrayBufferLike; byteOffset: number; byteLength: number }) =>
    new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
  let sum = crc32(new TextEncoder().encode(JSON.stringify(labels)))
  for (const part of [vocabulary.bytes, initial, train.labels, dev.labels]) sum = crc32(bytes(part), sum)
  for (const { sentences } of [train, dev]) for (const sentence of sentences) sum = crc32(bytes(sentence), sum)
  return hex8(sum)
}

/** What must be the same in a checkpoint and a run, so that the run can continue from it. */
const keyOf = (task: Task, options: TrainOptions): JsonObject => ({
  ...describe(options, Math.ceil(task.train.sentences.length / options.batch)),
  data: digest(task)
})

const matrixTensor = (rows: number, dim: number, data: Float32Array): Tensor<'F32'> => ({
  dtype: 'F32',
  shape: [rows, dim],
  data
})

/**
 * The bytes of a file from which a run can continue, to the same result bit for bit: a safetensors file whose table is the
 * current one.
 */
export async function writeCheckpoint(state: State, task: Task, options: TrainOptions): Promise<Uint8Array> {
  const { table, best, before, optimizer, phase, epoch, reports } = state
  const tensors: Record<string, Tensor> = {}
  for (const [i, { rows, dim, data }] of parametersOf(state).entries()) {
    tensors[`now-${i}`] = matrixTensor(rows, dim, data)
    tensors[`best-${i}`] = matrixTensor(rows, dim, best!.data[i])
    for (const [s, slot] of optimizer.slots[i].entries()) tensors[`slot-${i}-${s}`] = matrixTensor(rows, dim, slot)
  }
  // The leaves are in the table itself.
  for (const i of table.parameters.keys()) delete tensors[`now-${i}`]
  const config = {
    kind,
    run: keyOf(task, options),
    ...{ phase, epoch, steps: optimizer.steps },
    best: { epoch: best!.epoch, accuracy: best!.accuracy },
    before: { ...before! },
    reports: reports.map((report) => ({ ...report }))
  }
  return save({ table: table.table(), provenance: {}, extra: { config, tensors } })
}

/** Throws `bad-input` unless the checkpoint was made by a run with the same options and data. */
function checkRun(found: Json | undefined, table: Table, task: Task, options: TrainOptions): void {
  if (table.dim !== task.dim) {
    fail(`its table has ${table.dim} columns, this run's has ${task.dim}: give the vectors that it began with`)
  }
  if (table.rows !== task.vocabulary.size) {
    fail(`its table has ${table.rows} rows, this run's has ${task.vocabulary.size}: give the data that it began with`)
  }
  const [theirs, ours] = [found as JsonObject, keyOf(task, options)]
  for (const name of new Set([...Object.keys(ours), ...Object.keys(theirs)])) {
    const [then, now] = [theirs[name], ours[name]].map((value) => JSON.stringify(value) ?? 'none')
    if (then === now) continue
    if (name === 'data') fail('it was made with other texts or vectors: give those that it began with')
    fail(`it was made with ${name} ${then}, this run has ${now}: give the same, or begin anew without it`)
  }
}

/** The data of a tensor of this shape. Throws `corrupt-file`. */
function dataOf(tensors: Tensors, name: string, like: { readonly rows: number; readonly dim: number }): Float32Array {
  const tensor = Object.hasOwn(tensors, name) ? tensors[name] : undefined
  const { rows, dim } = like
  const fits = tensor?.shape.length === 2 && tensor.shape[0] === rows && tensor.shape[1] === dim
  if (fits && tensor.data instanceof Float32Array) return tensor.data.slice()
  throw new SlimbedError('corrupt-file', `checkpoint: expected a tensor extra.${name} of ${rows} × ${dim} F32`)
}

/** The numbers of a checkpoint. */
interface Facts {
  readonly phase: number
  readonly epoch: number
  readonly steps: number
  readonly best: { readonly epoch: number; readonly accuracy: number }
  readonly before: PhaseReport['before']
  readonly reports: PhaseReport[]
}

/** The numbers in a checkpoint's config. Throws `corrupt-file`. */
function factsOf(config: JsonObject): Facts {
  const { phase, epoch, steps, best, before, reports } = config as unknown as Partial<Facts>
  const counts = [phase, epoch, steps, best?.epoch].every((value) => Number.isInteger(value) && value! >= 0)
  const measured = typeof best?.accuracy === 'number' && typeof before?.devAccuracy === 'number'
  if (counts && measured && Array.isArray(reports) && reports.length === phase) {
    return { phase: phase, epoch: epoch!, steps: steps!, best, before, reports }
  }
  throw new SlimbedError('corrupt-file', 'checkpoint: its manifest does not say how far the run had come')
}

/**
 * The state that a checkpoint was made from. Throws `corrupt-file` and `unsupported` as `load` does, and `bad-input`, naming what
 * differs, for a file that is not a checkpoint or belongs to a run with other data, vectors or options.
 */
export function readCheckpoint(bytes: Uint8Array, task: Task, options: TrainOptions, multiply: Multiply): State {
  const { table, extra } = load(bytes)
  if (extra?.config.kind !== kind) fail('the file is none: expected one that an interrupted run left')
  const { config, tensors } = extra
  checkRun(config.run, table, task, options)
  const facts = factsOf(config)
  const state: State = {
    ...firstState(task, options, multiply),
    table: trainable(table, multiply),
    ...facts,
    best: undefined
  }
  state.optimizer = freshOptimizer(toolsOf(options, facts.phase).optimizer, state, options.freezeTable)
  state.optimizer.steps = facts.steps
  const parameters = parametersOf(state)
  for (const [i, parameter] of parameters.entries()) {
    if (i >= state.table.parameters.length) parameter.data.set(dataOf(tensors, `now-${i}`, parameter))
    for (const [s, slot] of state.optimizer.slots[i].entries()) slot.set(dataOf(tensors, `slot-${i}-${s}`, parameter))
  }
  state.best = { ...facts.best, data: parameters.map((parameter, i) => dataOf(tensors, `best-${i}`, parameter)) }
  return state
}

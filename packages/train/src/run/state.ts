import { dense, randomAt } from '@slimbed/core'
import { modelCalled } from '../models/index.js'
import type { Model, Source } from '../models/model.js'
import type { Multiply } from '../network/multiply.js'
import type { TrainableTable } from '../network/nodes/node.js'
import { trainable } from '../network/nodes/trainable.js'
import { optimizers } from '../network/optimizers/index.js'
import { type Optimizer, optimizer, updateOf } from '../network/optimizers/optimizer.js'
import { type Parameter, parameter } from '../network/parameter.js'
import type { Task } from '../text/task.js'
import type { TrainOptions } from './options.js'
import type { PhaseReport } from './phases.js'

/** The parameters that did best on the dev data in a phase. */
export interface Best {
  readonly epoch: number
  readonly accuracy: number
  /** A copy of each parameter's data: the table's first, then the model's. */
  readonly data: readonly Float32Array[]
}

/** The complete state of a run between two epochs. */
export interface State {
  /** Which of the run's phases it is in. */
  phase: number
  /** Epochs of the phase that are done. */
  epoch: number
  table: TrainableTable
  readonly model: Model
  optimizer: Optimizer
  /** Undefined until the phase has been measured for the first time. */
  best: Best | undefined
  /** The accuracies at the start of the phase; undefined until then. */
  before: PhaseReport['before'] | undefined
  /** The reports of the earlier phases. */
  readonly reports: PhaseReport[]
}

/** The parameters of a state: the table's first, then the model's. */
export const parametersOf = ({ table, model }: Pick<State, 'table' | 'model'>): readonly Parameter[] => [
  ...table.parameters,
  ...model.parameters
]

/** A fresh optimizer for a table and a model; a frozen table stays as it is. */
export function freshOptimizer(spec: string, state: Pick<State, 'table' | 'model'>, frozen = false): Optimizer {
  for (const parameter of state.table.parameters) parameter.frozen = frozen
  return optimizer(updateOf(spec, optimizers), parametersOf(state))
}

/** The state before the first step. */
export function firstState(
  task: Task,
  { model: name, optimizer: spec, seed, freezeTable }: TrainOptions,
  multiply: Multiply
): State {
  const source: Source = (part, rows, dim, initial) =>
    parameter(part, rows, dim, initial(randomAt(seed, ['model', part])))
  const model = modelCalled(name)({ dim: task.dim, classes: task.labels.length }, source)
  const table = trainable(dense(task.vocabulary.size, task.dim, task.initial), multiply)
  return {
    ...{ phase: 0, epoch: 0, table, model, best: undefined, before: undefined, reports: [] },
    optimizer: freshOptimizer(spec, { table, model }, freezeTable)
  }
}

/** Keeps a copy of the parameters as the best of the phase. */
export const keep = (state: State, accuracy: number): Best => ({
  epoch: state.epoch,
  accuracy,
  data: parametersOf(state).map(({ data }) => data.slice())
})

/** Sets the parameters to the best of the phase. */
export function restore(state: State): void {
  for (const [i, { data }] of parametersOf(state).entries()) data.set(state.best!.data[i])
}

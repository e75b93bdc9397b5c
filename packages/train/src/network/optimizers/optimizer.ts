import { type OptionSchema, type OptionsOf, SlimbedError } from '@slimbed/core'
import { parseSpec, resolveOptions } from '@slimbed/core/plugins'
import type { Parameter } from '../parameter.js'

/** The state of an optimizer for one parameter: arrays of the parameter's size. */
export type Slots = readonly Float32Array[]

/** How an optimizer changes one row. */
export interface Update {
  /** Arrays that the optimizer keeps for each parameter. */
  readonly slots: number
  /** What the arrays begin with. */
  readonly initial: number
  /** Changes `data[at .. at + dim)`, given its gradient at `gradient[from]` on; `step` counts from 1. */
  row(
    data: Float32Array,
    at: number,
    dim: number,
    gradient: Float32Array,
    from: number,
    slots: Slots,
    rate: number,
    step: number
  ): void
}

/** The definition of an optimizer: its options, and the function that uses them. */
export interface OptimizerDefinition<Schema extends OptionSchema = OptionSchema> {
  readonly name: string
  readonly options: Schema
  make(options: OptionsOf<Schema>): Update
}

/** Gives the options of an optimizer's definition their types. */
export const defineOptimizer = <Schema extends OptionSchema>(
  definition: OptimizerDefinition<Schema>
): OptimizerDefinition<Schema> => definition

/** An optimizer with its state for some parameters. */
export interface Optimizer {
  /** The state of each parameter, in their order. */
  readonly slots: readonly Slots[]
  /** Changes the rows that have gradients, and forgets these. */
  step(rate: number): void
  /** Steps so far. */
  steps: number
}

/**
 * An optimizer with fresh state. Only rows with a gradient change: those of a table that no sentence of the batch has are
 * left as they are, with their state (as SparseAdam and lazy Adam do).
 */
export function optimizer(update: Update, parameters: readonly Parameter[]): Optimizer {
  const slots = parameters.map(({ data }) =>
    Array.from({ length: update.slots }, () => new Float32Array(data.length).fill(update.initial))
  )
  const made: Optimizer = {
    slots,
    steps: 0,
    step(rate) {
      made.steps++
      for (const [p, parameter] of parameters.entries()) {
        const { data, dim, gradient, touched, count } = parameter
        for (let k = 0; k < count; k++) {
          update.row(data, touched[k] * dim, dim, gradient, k * dim, slots[p], rate, made.steps)
        }
        parameter.clear()
      }
    }
  }
  return made
}

/**
 * What a spec such as `adam(epsilon=0.01)` describes. Throws `bad-input` for a spec it cannot read, `bad-option` for a name
 * that is not among `known`, and as `resolveOptions` does.
 */
export function updateOf(spec: string, known: readonly OptimizerDefinition[]): Update {
  const [stage, ...rest] = parseSpec(spec)
  const found = known.find(({ name }) => name === stage.name)
  if (found && rest.length === 0) return found.make(resolveOptions(found.name, found.options, stage.options))
  const names = known.map(({ name }) => name).join(', ')
  throw new SlimbedError('bad-option', `optimizer must be one of ${names}, such as "adam(epsilon=0.01)", not "${spec}"`)
}

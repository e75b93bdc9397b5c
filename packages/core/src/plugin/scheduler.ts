import type { JsonObject } from '@slimbed/runtime'
import type { OptionSchema, OptionsOf } from './option.js'
import type { ErasedPlugin, Plugin } from './plugin.js'

/** A learning-rate schedule: a pure function of the step. */
export interface Scheduler {
  readonly name: string
  /** Every option with its value. */
  readonly config: JsonObject
  /** What made it: `plugin(config)` does so again, whichever copy of this package defined it. */
  readonly plugin?: ErasedPlugin<Scheduler> & { readonly type: 'scheduler' }
  /** The learning rate of step `step` (0, 1, 2 …). */
  rate(step: number): number
}

/** What a scheduler package exports. */
export interface SchedulerPlugin<Schema extends OptionSchema = OptionSchema> extends Plugin<Schema, Scheduler> {
  readonly type: 'scheduler'
}

/** What `defineScheduler` needs to make a plugin. */
export interface SchedulerDefinition<Schema extends OptionSchema> {
  /** Lower-case letters, digits and dashes. */
  readonly name: string
  /** One line for `slimbed plugins`. */
  readonly summary: string
  readonly options: Schema
  /** Checks that no single option can say; throws `bad-option`. */
  check?(options: OptionsOf<Schema>): void
  rate(step: number, options: OptionsOf<Schema>): number
}

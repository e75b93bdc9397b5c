import type { OptionSchema, OptionsOf } from './option.js'

/** What every plugin package exports: a factory of `Made` that describes itself. */
export interface Plugin<Schema extends OptionSchema, Made> {
  /** Throws `unknown-option` or `bad-option`, naming the option and what it allows. */
  (options?: Partial<OptionsOf<Schema>>): Made
  /** Version of this interface. */
  readonly spec: 1
  readonly type: 'compressor' | 'scheduler'
  /** The stage's name in pipelines. */
  readonly id: string
  /** One line for `slimbed plugins`. */
  readonly summary: string
  readonly options: Schema
}

/** A plugin whose options are not known to the type checker. */
// biome-ignore lint/suspicious/noExplicitAny: the one erased plugin type
export type ErasedPlugin<Made> = Plugin<any, Made>

import type { TensorAdapter } from '@slimbed/core'

/** What running a language model needs besides the model and a text. */
export interface LmContext {
  readonly tensor: TensorAdapter
  readonly signal?: AbortSignal | undefined
  /** Called with the current step and its progress. */
  readonly progress?: (name: string, done: number, total: number) => void
}

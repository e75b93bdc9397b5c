import type { TensorAdapter } from '@slimbed/core'
import type { EvalContext } from '@slimbed/eval'
import type { Session } from './session.js'

/** What evaluations need, with progress shown as the session shows it. */
export const evalContext = (tensor: TensorAdapter, seed: number, { signal, progress }: Session): EvalContext => ({
  tensor,
  seed,
  signal,
  progress: (name, done, total) => progress.phase(name, total)(done, total)
})

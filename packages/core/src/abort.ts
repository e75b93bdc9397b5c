import { SlimbedError } from '@slimbed/runtime'

/** Throws `aborted` when the signal says so. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new SlimbedError('aborted', 'interrupted', { cause: signal.reason })
}

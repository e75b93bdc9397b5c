import { SlimbedError } from '@slimbed/core'
import type { Shape } from '@slimbed/train/network'

/** Some steps of streams: row `step · streams + i` is that of stream i. */
export interface Batch extends Shape {
  readonly tokens: Uint32Array
  /** The token after each. */
  readonly next: Uint32Array
  /** Whether the streams begin here. */
  readonly fresh: boolean
}

/**
 * Batches of a text cut into streams that are read side by side, `steps` tokens at a time, without end: where the streams end they begin
 * again, a random number of tokens later. Throws `bad-input` for a text that is too short.
 */
export function batchesOf(tokens: Uint32Array, { steps, streams }: Shape, random: () => number): () => Batch {
  const spare = tokens.length - 1 - steps * streams
  if (spare < 0) {
    const found = `the training text has ${tokens.length} tokens`
    throw new SlimbedError(
      'bad-input',
      `retraining: ${found}, ${streams} streams of ${steps} need ${steps * streams + 1}`
    )
  }
  let [first, length, position] = [0, 0, 0]
  return () => {
    const fresh = position + steps > length
    if (fresh) {
      first = Math.floor(random() * Math.min(steps, spare + 1))
      length = Math.floor((tokens.length - 1 - first) / streams)
      position = 0
    }
    const own = new Uint32Array(steps * streams)
    const next = new Uint32Array(steps * streams)
    for (let step = 0; step < steps; step++) {
      for (let i = 0; i < streams; i++) {
        const from = first + i * length + position + step
        own[step * streams + i] = tokens[from]
        next[step * streams + i] = tokens[from + 1]
      }
    }
    position += steps
    return { steps, streams, tokens: own, next, fresh }
  }
}

import { type Context, randomAt, type TensorAdapter } from '@slimbed/core'

/** A context at the root, with what a test adds to it. */
export const contextWith = (tensor: TensorAdapter, more: Partial<Context> = {}): Context => ({
  path: [],
  tensor,
  random: randomAt(0),
  seed: 0,
  progress: () => {},
  ...more
})

import { matrixFrom } from '@slimbed/core'
import { closing } from '../open/closing.js'
import { openTensor } from '../open/tensor.js'

/** Loads the engine that runs usually have, so that the first of them need not. Where there is none, that run says so. */
export const warmEngine = (): Promise<void> =>
  closing(openTensor({ threads: 1 }), async (tensor) => {
    await tensor.gram(matrixFrom(1, 1, Float32Array.of(1)))
  }).catch(() => {})

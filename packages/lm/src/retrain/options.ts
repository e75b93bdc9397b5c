import { type Compressor, SlimbedError } from '@slimbed/core'
import type { LanguageModel } from '../model.js'

/** Options of `retrainLanguageModel`. */
export interface RetrainOptions {
  /** Steps of training; 0 only quantizes. */
  readonly steps: number
  /** Streams that the text is cut into, read side by side. */
  readonly streams: number
  /** Tokens of each stream in a step: gradients go no further back. */
  readonly length: number
  /** The learning rate to begin with. It falls along half a cosine, and is halved when the validation stalls. */
  readonly rate: number
  /** Such as `adam(epsilon=0.01)`. */
  readonly optimizer: string
  /** The largest length of the gradient; longer ones are scaled down to it. */
  readonly clip: number
  /** Steps between validations. */
  readonly every: number
  /** The share of values left out on the way into each layer and out of the last. */
  readonly dropout: number
  /** The share of words whose rows are left out. */
  readonly wordDropout: number
  /** Whether the LSTM layers are trained besides the tables and the bias of the softmax. */
  readonly layers: boolean
  /** The model before compression, for `distillation`. */
  readonly teacher?: LanguageModel | undefined
  /** How much the teacher's next words count beside those of the text: 0, likelihood alone, to 1, distillation alone. */
  readonly distillation: number
  /** Quantizes the leaves of both tables, at the end and in every step's forward pass. */
  readonly quantize?: Compressor | undefined
  /** An unsigned 32-bit integer. */
  readonly seed: number
}

/** The defaults of the options. */
export const retrainDefaults = {
  steps: 400,
  streams: 32,
  length: 35,
  rate: 2e-3,
  optimizer: 'adam',
  clip: 1,
  every: 100,
  dropout: 0.2,
  wordDropout: 0,
  layers: true,
  distillation: 0,
  seed: 0
} as const

/** Throws `bad-option` for options that make no sense. */
export function checkRetrainOptions(options: RetrainOptions): void {
  const fail = (name: keyof RetrainOptions, wanted: string): never => {
    throw new SlimbedError('bad-option', `retraining: ${name} must be ${wanted}, not ${options[name]}`)
  }
  const whole = (name: 'steps' | 'streams' | 'length' | 'every' | 'seed', least: number) => {
    if (!(Number.isInteger(options[name]) && options[name] >= least)) fail(name, `a whole number of ${least} or more`)
  }
  whole('steps', 0)
  for (const name of ['streams', 'length', 'every'] as const) whole(name, 1)
  whole('seed', 0)
  if (options.seed >= 2 ** 32) fail('seed', 'below 4294967296')
  for (const name of ['dropout', 'wordDropout'] as const) {
    if (!(options[name] >= 0 && options[name] < 1)) fail(name, 'from 0 to below 1')
  }
  for (const name of ['rate', 'clip'] as const) {
    if (!(options[name] > 0 && Number.isFinite(options[name]))) fail(name, 'a number above 0')
  }
  const { distillation, teacher } = options
  if (!(distillation >= 0 && distillation <= 1)) fail('distillation', 'from 0 to 1')
  if (distillation > 0 && !teacher) throw new SlimbedError('bad-option', 'retraining: distillation needs a teacher')
}

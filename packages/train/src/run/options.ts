import { type Compressor, format, type JsonObject, type Scheduler, SlimbedError } from '@slimbed/core'
import type { ModelName } from '../models/index.js'

/** Options of `train`. */
export interface TrainOptions {
  readonly model: ModelName
  /** Epochs in all, those after the compression included. */
  readonly epochs: number
  /** Texts of a step. */
  readonly batch: number
  /** Such as `adam(epsilon=0.01)`. */
  readonly optimizer: string
  /** The learning rate, given the steps of an epoch; it begins anew with every phase. */
  readonly schedule: (stepsPerEpoch: number) => Scheduler
  /** The optimizer and the schedule of the phases after the first one, if they differ. */
  readonly retrain?: {
    readonly optimizer?: string | undefined
    readonly schedule?: ((stepsPerEpoch: number) => Scheduler) | undefined
  }
  /** An unsigned 32-bit integer. */
  readonly seed: number
  /** A phase ends after this many epochs without a better accuracy on the dev data. */
  readonly patience?: number | undefined
  /** The share of a text's words that a step leaves out, 0 to below 1. */
  readonly wordDropout: number
  /** Whether only the classifier is trained. The table then changes only by compression. */
  readonly freezeTable?: boolean | undefined
  /** Compresses the table after `atEpoch` epochs. Training continues with the compressed table. */
  readonly compress?: { readonly compressor: Compressor; readonly atEpoch: number } | undefined
  /**
   * Quantizes the leaves of the table at the end, after `epochs` more epochs in which every step computes with quantized values.
   */
  readonly quantize?: { readonly compressor: Compressor; readonly epochs: number } | undefined
}

/** The defaults of the options. */
export const defaults = {
  model: 'dan',
  epochs: 8,
  batch: 50,
  optimizer: 'adam',
  seed: 0,
  wordDropout: 0
} as const

const whole = (value: number, least: number) => Number.isInteger(value) && value >= least

/** Throws `bad-option` for numbers that make no sense. */
export function checkOptions(options: TrainOptions): void {
  const { epochs, batch, patience, wordDropout, compress, quantize, seed } = options
  const fail = (message: string): never => {
    throw new SlimbedError('bad-option', message)
  }
  if (!whole(epochs, 0)) fail(`epochs must be a whole number of 0 or more, not ${epochs}`)
  if (!whole(batch, 1)) fail(`batch must be a whole number of 1 or more, not ${batch}`)
  if (!whole(seed, 0) || seed >= 2 ** 32) fail(`seed must be a whole number from 0 to 4294967295, not ${seed}`)
  if (patience !== undefined && !whole(patience, 1))
    fail(`patience must be a whole number of 1 or more, not ${patience}`)
  if (!(wordDropout >= 0 && wordDropout < 1)) fail(`word dropout must be from 0 to below 1, not ${wordDropout}`)
  if (compress && !(whole(compress.atEpoch, 0) && compress.atEpoch <= epochs)) {
    fail(`the epoch of the compression must be a whole number from 0 to ${epochs}, not ${compress.atEpoch}`)
  }
  if (quantize && !whole(quantize.epochs, 0)) {
    fail(`quantization-aware epochs must be a whole number of 0 or more, not ${quantize.epochs}`)
  }
}

/** The optimizer and the schedule of a phase, by its number. */
export function toolsOf({ optimizer, schedule, retrain }: TrainOptions, phase: number) {
  if (phase === 0) return { optimizer, schedule }
  return { optimizer: retrain?.optimizer ?? optimizer, schedule: retrain?.schedule ?? schedule }
}

/** Everything besides the data that determines the result of a run, as JSON. */
export function describe(options: TrainOptions, stepsPerEpoch: number): JsonObject {
  const { compress, quantize, patience, freezeTable, model, epochs, batch, seed, wordDropout } = options
  const phases = [0, 1].map((phase) => {
    const { optimizer, schedule } = toolsOf(options, phase)
    const { name, config } = schedule(stepsPerEpoch)
    return { optimizer, schedule: { name, config } }
  })
  const [first, later] = phases
  return {
    ...{ model, epochs, batch, seed, wordDropout, ...first },
    ...(JSON.stringify(first) === JSON.stringify(later) ? {} : { retrain: later }),
    ...(patience === undefined ? {} : { patience }),
    ...(freezeTable ? { freezeTable } : {}),
    ...(compress ? { compress: format(compress.compressor), atEpoch: compress.atEpoch } : {}),
    ...(quantize ? { quantize: format(quantize.compressor), quantizeEpochs: quantize.epochs } : {})
  }
}

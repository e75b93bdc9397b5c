import type { TrainOptions } from './options.js'

/** A part of the training, in which the table has one shape. */
export interface Phase {
  readonly name: 'full' | 'compressed' | 'quantized'
  readonly epochs: number
}

/** The phases of a run, in their order. */
export function phasesOf({ epochs, compress, quantize }: TrainOptions): Phase[] {
  const phases: Phase[] = [{ name: 'full', epochs: compress ? compress.atEpoch : epochs }]
  if (compress) phases.push({ name: 'compressed', epochs: epochs - compress.atEpoch })
  if (quantize) phases.push({ name: 'quantized', epochs: quantize.epochs })
  return phases
}

/** How a phase ended. */
export interface PhaseReport {
  readonly phase: Phase['name']
  /** Epochs trained. */
  readonly epochs: number
  /** The epoch whose parameters were kept, by accuracy on the dev data; 0 is before any step of the phase. */
  readonly bestEpoch: number
  /** The share of texts that are classified right with the parameters that were kept. */
  readonly devAccuracy: number
  readonly testAccuracy: number | null
  /** The same before any step of the phase: right after the compression, where there was one. */
  readonly before: { readonly devAccuracy: number; readonly testAccuracy: number | null }
  /** Bytes of the table's tensors. */
  readonly tableBytes: number
  /** Bytes of the classifier's parameters, as float32. */
  readonly classifierBytes: number
}

/** How an epoch went. */
export interface EpochReport {
  readonly phase: Phase['name']
  /** From 1; 0 stands for the state before any step of the phase. */
  readonly epoch: number
  /** Epochs of the phase. */
  readonly epochs: number
  /** The mean over the steps; null for epoch 0. */
  readonly loss: number | null
  readonly devAccuracy: number
  /** The learning rate of the last step; null for epoch 0. */
  readonly rate: number | null
}

/** How a step went. */
export interface StepReport {
  readonly phase: Phase['name']
  readonly epoch: number
  readonly epochs: number
  /** Steps done, and steps of the whole run if no phase stops early. */
  readonly done: number
  readonly total: number
  /** The mean over the epoch so far. */
  readonly loss: number
  readonly rate: number
  readonly devAccuracy: number
}

/** Callbacks of `train`, and the signal that ends it. */
export interface TrainHooks {
  readonly onStep?: (report: StepReport) => void
  readonly onEpoch?: (report: EpochReport) => void
  /** Given the bytes of a checkpoint after every epoch; training waits for it. */
  readonly onCheckpoint?: (bytes: Uint8Array) => Promise<void>
  readonly signal?: AbortSignal | undefined
}

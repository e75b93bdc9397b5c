import type { JsonObject, Matrix, Table } from '@slimbed/runtime'
import type { BegunFile } from '../artefact/save-while-computed.js'
import { computeCodes } from '../matrix/compute.js'
import { knownErrorOf } from '../matrix/known-error.js'
import { storeCodes } from '../matrix/store-codes.js'
import { measureAndKeep } from '../measure/measure.js'
import type { Measurement } from '../measure/measurement.js'
import { streamComputed } from '../measure/stream.js'
import { notYetMeasured, unmeasured } from '../measure/unmeasured.js'
import type { Compressor } from '../plugin/compressor.js'
import type { TensorAdapter } from '../tensor/adapter.js'
import { randomAt } from './random.js'
import { applyStage, named } from './stage.js'

/** The arguments that all stages of a run share. */
export interface StageOptions {
  readonly tensor: TensorAdapter
  readonly seed: number
  readonly weights: Float32Array | undefined
  readonly metric: Float64Array | undefined
  readonly signal: AbortSignal | undefined
  readonly onProgress: ((stage: string, done: number, total: number) => void) | undefined
  /** Whether another stage follows: of this one, only the relative error is then told. */
  readonly followed: boolean
}

/** What one stage made. */
export interface StageResult {
  readonly table: Table
  readonly measured: Measurement
  readonly details: Readonly<Record<string, JsonObject>>
}

/**
 * Runs a stage on a table that stands for `original`, and measures the result, unless that keeps only similarities between rows.
 * What is computed for the file goes to what `begin` returns, if that is given.
 */
export async function runStage(
  original: Matrix,
  table: Table,
  stage: Compressor,
  similarityOnly: boolean,
  { tensor, seed, weights, metric, signal, onProgress, followed }: StageOptions,
  begin?: (unfinished: StageResult) => Pick<BegunFile, 'keep' | 'read'>
): Promise<StageResult> {
  const watch = (name: string) => (done: number, total: number) => onProgress?.(name, done, total)
  const progress = watch(stage.name)
  const details: Record<string, JsonObject> = {}
  const report = (path: string, found: JsonObject) => {
    details[path] = { ...details[path], ...found }
  }
  const context = { path: [], weights, metric, tensor, seed, random: randomAt(seed), progress, signal }
  const applied = await applyStage(table, stage, context, report)
  const relativeError = followed ? knownErrorOf(applied) : undefined
  if (relativeError !== undefined && !similarityOnly) {
    // A pass over the rows would tell no more.
    return { table: applied, measured: { ...unmeasured(original, applied, weights), relativeError }, details }
  }
  // Codes of the matrix itself are computed while they are compared with it.
  const later = !similarityOnly && streamComputed(applied, original, tensor.backend)
  const beginWith =
    begin && ((shaped: Table) => begin({ table: shaped, measured: notYetMeasured(original, shaped, weights), details }))
  const stored =
    later || !beginWith
      ? undefined
      : await named(stage, original, context, () => storeCodes(applied, tensor, beginWith, { signal, progress }))
  const made = later
    ? applied
    : (stored ?? (await named(stage, original, context, () => computeCodes(applied, tensor, { signal, progress }))))
  if (similarityOnly) return { table: made, measured: unmeasured(original, made, weights), details }
  const options = { tensor, weights, signal, progress: watch('measure') }
  const keepOf = beginWith && !stored ? (shaped: Table) => beginWith(shaped).keep : undefined
  // What a stage leaves to be computed later is computed here.
  const found = await named(stage, original, context, () => measureAndKeep(original, made, options, keepOf))
  return { ...found, details }
}

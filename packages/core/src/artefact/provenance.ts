import { isObject, type Json, type JsonObject } from '@slimbed/runtime'
import type { Made } from '../pipeline/made.js'

/** Where the weights of rows came from: counts of words, Zipf's law by the order of rows, or none. */
export type WeightsSource = 'counts' | 'zipf' | 'uniform'

/** Facts about a run that only the caller of `compress` knows. */
export interface Origin {
  /** Versions of the packages that took part, by name. */
  readonly versions?: Readonly<Record<string, string>> | undefined
  readonly weights?: WeightsSource | undefined
  /** Whether errors along columns counted as a text told. */
  readonly calibrated?: boolean | undefined
}

/**
 * How an artefact was made. It is the same for the same input, options and seed, so it has no times, paths or numbers of threads.
 */
export function provenanceOf(
  { pipeline, seed, backend, measured, stages }: Made,
  { versions, weights, calibrated }: Origin = {}
): JsonObject {
  const { relativeError, meanCosine, weightedError, maxError, bands } = measured
  return {
    pipeline,
    seed,
    ...(weights && { weights }),
    ...(calibrated && { calibrated }),
    backend,
    ...(versions && { versions }),
    stages: stages.map((stage) => ({ ...stage })),
    measured: {
      relativeError,
      ...(weightedError !== undefined && { weightedError }),
      meanCosine,
      ...(maxError !== undefined && { maxError }),
      bands: bands.map((band) => ({ ...band }))
    }
  }
}

/** A number that takes 24 characters in JSON, the most that any number takes. */
const widest = -2.2250738585072014e-308

/**
 * The same provenance with a placeholder of 24 characters for every figure that is still NaN, so that its length does not depend
 * on the final figures.
 */
export const withRoom = (provenance: JsonObject): JsonObject =>
  JSON.parse(JSON.stringify(provenance, (_, value: Json) => (Number.isNaN(value) ? widest : value)))

/** Whether a provenance says that errors could not be measured, because the table keeps only similarities between rows. */
export const isSimilarityOnly = ({ measured }: JsonObject): boolean =>
  isObject(measured) && 'relativeError' in measured && measured.relativeError === null

/** The entries of a file's provenance that belong to one of its tables. */
export function provenanceOfTable({ tables, ...shared }: JsonObject, table: string | undefined): JsonObject {
  const own = isObject(tables) && table !== undefined && Object.hasOwn(tables, table) ? tables[table] : {}
  return { ...shared, ...(isObject(own) ? own : {}) }
}

import { isObject, type Json, type JsonObject } from '@slimbed/runtime'
import type { Compression } from '../pipeline/compression.js'

/** Where the weights of rows came from: counts of words, Zipf's law by the order of rows, or none. */
export type WeightsSource = 'counts' | 'zipf' | 'uniform'

/** What a caller of `compress` knows of a run. */
export interface Origin {
  /** Versions of the packages that took part, by name. */
  readonly versions?: Readonly<Record<string, string>> | undefined
  readonly weights?: WeightsSource | undefined
}

/**
 * What an artefact says of how it was made: the same for the same input, options and seed, so neither times, paths nor threads.
 */
export function provenanceOf(
  { pipeline, seed, backend, measured, stages }: Compression,
  { versions, weights }: Origin = {}
): JsonObject {
  const { relativeError, meanCosine, weightedError, maxError, bands } = measured
  return {
    pipeline,
    seed,
    ...(weights && { weights }),
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

/** A number of 24 characters in JSON: none takes more. */
const widest = -2.2250738585072014e-308

/** The same with room for every figure that is not known yet, and NaN until then: 24 characters, whatever it becomes. */
export const withRoom = (provenance: JsonObject): JsonObject =>
  JSON.parse(JSON.stringify(provenance, (_, value: Json) => (Number.isNaN(value) ? widest : value)))

/** Whether a provenance says that errors could not be measured: the rows of the table only tell how similar they are. */
export const isSimilarityOnly = ({ measured }: JsonObject): boolean =>
  isObject(measured) && 'relativeError' in measured && measured.relativeError === null

/** What the provenance of a file says of one of its tables, besides what it says of all. */
export function provenanceOfTable({ tables, ...shared }: JsonObject, table: string | undefined): JsonObject {
  const own = isObject(tables) && table !== undefined && Object.hasOwn(tables, table) ? tables[table] : {}
  return { ...shared, ...(isObject(own) ? own : {}) }
}

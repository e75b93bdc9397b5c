import type { Compression, Json, JsonObject } from '@slimbed/core'
import type { Weights } from './open/weights.js'

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * What an artefact says of how it was made: the same for the same input, options and seed, so neither times, paths nor
 * threads.
 */
export function provenanceOf(
  { pipeline, seed, backend, measured, stages }: Compression,
  versions: Readonly<Record<string, string>>,
  { source }: Weights
): JsonObject {
  const { relativeError, meanCosine, weightedError, maxError, bands } = measured
  return {
    pipeline,
    seed,
    weights: source,
    backend,
    versions,
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

/** Whether an artefact says that its errors could not be measured, because its rows tell only how alike they are. */
export const isSimilarityOnly = ({ measured }: JsonObject): boolean =>
  typeof measured === 'object' && measured !== null && 'relativeError' in measured && measured.relativeError === null

/** What the provenance of a file says of one of its tables, besides what it says of all. */
export function provenanceOfTable({ tables, ...shared }: JsonObject, table: string | undefined): JsonObject {
  const own = isObject(tables) && table !== undefined && Object.hasOwn(tables, table) ? tables[table] : {}
  return { ...shared, ...(isObject(own) ? own : {}) }
}

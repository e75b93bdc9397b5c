import { isObject, type JsonObject } from '@slimbed/runtime'
import type { Compression } from '../pipeline/compress.js'

/** Where the weights of rows came from: counts of words, Zipf's law by the order of rows, or none. */
export type WeightsSource = 'counts' | 'zipf' | 'uniform'

/**
 * What an artefact says of how it was made: the same for the same input, options and seed, so neither times, paths nor threads.
 * `versions` are those of the packages that took part, by name.
 */
export function provenanceOf(
  { pipeline, seed, backend, measured, stages }: Compression,
  versions: Readonly<Record<string, string>>,
  weights: WeightsSource
): JsonObject {
  const { relativeError, meanCosine, weightedError, maxError, bands } = measured
  return {
    pipeline,
    seed,
    weights,
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

/** Whether a provenance says that errors could not be measured: the rows of the table only tell how similar they are. */
export const isSimilarityOnly = ({ measured }: JsonObject): boolean =>
  isObject(measured) && 'relativeError' in measured && measured.relativeError === null

/** What the provenance of a file says of one of its tables, besides what it says of all. */
export function provenanceOfTable({ tables, ...shared }: JsonObject, table: string | undefined): JsonObject {
  const own = isObject(tables) && table !== undefined && Object.hasOwn(tables, table) ? tables[table] : {}
  return { ...shared, ...(isObject(own) ? own : {}) }
}

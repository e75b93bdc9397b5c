import { type Compressor, format } from '@slimbed/core'
import { isObject, type JsonObject } from '@slimbed/runtime'

/** What quantized the tables, and the versions of the packages that took part. */
export interface Quantizer {
  readonly compressor: Compressor
  readonly versions: Readonly<Record<string, string>>
}

/** The provenance of a table after training. It has no errors: the ones before no longer apply. */
function trained(table: JsonObject, quantize: Quantizer | undefined): JsonObject {
  const { measured: _measured, stages: _stages, pipeline, versions, ...rest } = table
  const pipelines = [pipeline, quantize && format(quantize.compressor)].filter((spec) => typeof spec === 'string')
  return {
    ...rest,
    ...(pipelines.length > 0 && { pipeline: pipelines.join(' | ') }),
    versions: { ...(isObject(versions) ? versions : {}), ...quantize?.versions }
  }
}

/** The provenance of a model that was trained further with these options: the same for the same model, texts and options. */
export function provenanceOfRetraining(
  { tables, ...before }: JsonObject,
  retraining: JsonObject,
  quantize: Quantizer | undefined
): JsonObject {
  const names = ['embedding.weight', 'softmax.weight']
  const earlier = isObject(tables) ? tables : {}
  const own = names.map((name) => {
    const table = Object.hasOwn(earlier, name) ? earlier[name] : undefined
    return [name, trained(isObject(table) ? table : {}, quantize)] as const
  })
  return { ...before, tables: { ...earlier, ...Object.fromEntries(own) }, retraining }
}

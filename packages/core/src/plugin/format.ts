import { type Json, type JsonObject, SlimbedError } from '@slimbed/runtime'
import { stagesOf } from '../pipeline/pipeline.js'
import type { Compressor } from './compressor.js'
import type { OptionSchema } from './option.js'
import { formatStage } from './spec.js'

/** The options that differ from the plugin's defaults. */
function given(stage: Compressor): JsonObject {
  const schema: OptionSchema = stage.plugin?.options ?? {}
  const isDefault = (name: string, value: Json) => Object.hasOwn(schema, name) && schema[name].default === value
  return Object.fromEntries(Object.entries(stage.config).filter(([name, value]) => !isDefault(name, value)))
}

function formatOne(stage: Compressor): string {
  if (!stage.at) return formatStage({ name: stage.name, options: given(stage) })
  const { where, stage: inner } = stage.at
  if (typeof where !== 'string' || inner.at || inner.stages) {
    const remedy = 'only a plain stage placed by a path can be written as text'
    throw new SlimbedError('unsupported', `${stage.name}: ${remedy}`)
  }
  return formatStage({ where, name: inner.name, options: given(inner) })
}

/**
 * The spec string of a compressor, options at their defaults left out; `registry.parse` gives the same compressor back.
 *
 * Throws `unsupported` for a stage that `at` places by a predicate, and for a pipeline or a placed stage inside `at`.
 */
export const format = (compressor: Compressor): string => stagesOf(compressor).map(formatOne).join(' | ')

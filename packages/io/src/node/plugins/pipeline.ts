import type { Compressor, JsonObject, Scheduler } from '@slimbed/core'
import { parseSpec } from '@slimbed/core/plugins'
import { findPlugins, lookUp } from './find.js'
import type { Places } from './locate.js'

/** A compressor as a spec describes it, and the version of every package that takes part. */
export interface Pipeline {
  readonly compressor: Compressor
  readonly versions: Readonly<Record<string, string>>
}

/** The names of the stages of a spec, each once. Throws `bad-input` for a spec that cannot be read. */
const namesIn = (spec: string): string[] => [...new Set(parseSpec(spec).map(({ name }) => name))]

/**
 * The compressor of a pipeline spec. Stages are looked up among the plugins `given` by `--plugin`, then in the packages named after
 * them. No other package is imported.
 *
 * Rejects as `registry.parse` does, and as plugins that do not load.
 */
export async function pipelineOf(spec: string, given: readonly string[], places: Places): Promise<Pipeline> {
  const { registry, versions } = await findPlugins(namesIn(spec), 'compressor', given, places)
  return { compressor: lookUp(() => registry.parse(spec)), versions }
}

/** A schedule as a spec describes it, given what the run knows, and the version of every package that takes part. */
export interface Schedule {
  readonly scheduler: (known: JsonObject) => Scheduler
  readonly versions: Readonly<Record<string, string>>
}

/** The schedule of a spec such as `calr(decay=0.1)`; its plugin is looked up as for pipelines, with the same errors. */
export async function scheduleOf(spec: string, given: readonly string[], places: Places): Promise<Schedule> {
  const { registry, versions } = await findPlugins(namesIn(spec), 'scheduler', given, places)
  return { scheduler: (known) => lookUp(() => registry.scheduler(spec, known)), versions }
}

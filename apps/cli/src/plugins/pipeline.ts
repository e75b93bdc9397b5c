import { type Compressor, parseSpec } from '@slimbed/core'
import { findPlugins, lookUp } from './find.js'

/** A compressor as a spec describes it, and the version of every package that takes part. */
export interface Pipeline {
  readonly compressor: Compressor
  readonly versions: Readonly<Record<string, string>>
}

/** The names of the stages of a spec, each once. Throws `bad-input` for a spec that cannot be read. */
const namesIn = (spec: string): string[] => [...new Set(parseSpec(spec).map(({ name }) => name))]

/**
 * The compressor of a pipeline spec. Stages are the plugins `given` by `--plugin`, and else those of the packages named
 * after them; no other package is imported.
 *
 * Rejects as `registry.parse` does, and as plugins that do not load.
 */
export async function pipelineOf(spec: string, given: readonly string[]): Promise<Pipeline> {
  const { registry, versions } = await findPlugins(namesIn(spec), 'compressor', given)
  return { compressor: lookUp(() => registry.parse(spec)), versions }
}

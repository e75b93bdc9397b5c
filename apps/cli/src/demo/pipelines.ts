import { type Compressor, isSlimbedError, SlimbedError } from '@slimbed/core'
import { pipelineOf } from '@slimbed/io/plugins'
import { places } from '../open/places.js'

const specs = ['fixedpoint(bits=8)', 'fixedpoint(bits=4, clip=mse)', 'trellis(bits=4)', 'trellis(bits=2)']

/** The pipelines of the demo whose plugins are installed, and a line for each plugin that is not. */
export interface Installed {
  readonly pipelines: readonly { readonly spec: string; readonly compressor: Compressor }[]
  readonly missing: readonly string[]
}

/** Finds out which of the demo's pipelines can run. Rejects with `missing-package` when none can. */
export async function installedPipelines(): Promise<Installed> {
  const pipelines: { spec: string; compressor: Compressor }[] = []
  const missing = new Set<string>()
  for (const spec of specs) {
    try {
      pipelines.push({ spec, compressor: (await pipelineOf(spec, [], places)).compressor })
    } catch (error) {
      if (!isSlimbedError(error, 'missing-package')) throw error
      missing.add(error.message)
    }
  }
  if (pipelines.length > 0) return { pipelines, missing: [...missing] }
  throw new SlimbedError('missing-package', [...missing].join('; '))
}

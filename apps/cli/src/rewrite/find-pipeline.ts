import type { Compressor, Matrix, Table, TensorAdapter } from '@slimbed/core'
import { installedCompressors } from '@slimbed/io/plugins'
import { plan } from '@slimbed/plan'
import { SlimbedError } from '@slimbed/runtime'
import { type AskedFlags, askedOf, isAsked } from '../flags/asked.js'
import { places } from '../open/places.js'
import type { Session } from '../session/session.js'

/** What a pipeline is looked for by. */
export interface Finding {
  readonly flags: AskedFlags & { readonly plugin: readonly string[] }
  readonly tensor: TensorAdapter
  readonly session: Session
  /** Whether the file of a model has a place for a table. */
  readonly accepts: (table: Table) => boolean
}

/** Throws `bad-option` where a pipeline is given and asked for. */
export function checkAsked(flags: AskedFlags & { readonly pipeline?: string }): void {
  if (flags.pipeline === undefined || !isAsked(flags)) return
  throw new SlimbedError('bad-option', '-p gives a pipeline, and a quality asks for one: leave one of them out')
}

/** The pipeline for a table of a model, as `-p` would give it. Rejects as `plan` does. */
export async function findPipeline(
  { matrix, weights }: { readonly matrix: Matrix; readonly weights: Float32Array | undefined },
  { flags, tensor, session, accepts }: Finding
): Promise<Compressor> {
  const { compressors, problems } = await installedCompressors(flags.plugin, places)
  problems.forEach(session.warn)
  let tried = 0
  const found = await plan(matrix, compressors, {
    ...askedOf(flags),
    ...{ weights, tensor, accepts, signal: session.signal },
    onTrial: () => session.progress.phase('trying', 1, () => `${++tried} pipelines`)(0, 1)
  })
  for (const { pipeline, problem } of found.failures) session.warn(`${pipeline}: left out: ${problem}`)
  return found.chosen.compressor
}

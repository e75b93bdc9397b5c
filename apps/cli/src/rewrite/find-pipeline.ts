import type { Compressor, Matrix, TensorAdapter } from '@slimbed/core'
import { installedCompressors } from '@slimbed/io/plugins'
import { type Into, plan } from '@slimbed/plan'
import { SlimbedError } from '@slimbed/runtime'
import { type AskedFlags, askedOf, bytesAsked, isAsked } from '../flags/asked.js'
import { places } from '../open/places.js'
import type { Session } from '../session/session.js'

/** What a pipeline is looked for by. */
export interface Finding {
  readonly flags: AskedFlags & { readonly plugin: readonly string[] }
  readonly tensor: TensorAdapter
  readonly session: Session
  /** Bytes of the model as it is. */
  readonly modelBytes: () => number
}

/** Throws `bad-option` where a pipeline is given and asked for. */
export function checkAsked(flags: AskedFlags & { readonly pipeline?: string }): void {
  if (flags.pipeline === undefined || !isAsked(flags)) return
  throw new SlimbedError(
    'bad-option',
    '-p gives a pipeline, and a size or a quality asks for one: leave one of them out'
  )
}

/** A table of a model, and where it goes: `share` is its part of what is left for tables. */
export interface TableToFind {
  readonly matrix: Matrix
  readonly weights: Float32Array | undefined
  readonly into: Into & { readonly share: number }
}

/** The pipeline for a table of a model, as `-p` would give it. Rejects as `plan` does. */
export async function findPipeline(
  { matrix, weights, into }: TableToFind,
  { flags, tensor, session, modelBytes }: Finding
): Promise<Compressor> {
  const { compressors, problems } = await installedCompressors(flags.plugin, places)
  problems.forEach(session.warn)
  let tried = 0
  const bytes = bytesAsked(flags, modelBytes())
  // Of several tables each gets its share of what the rest of the file leaves.
  const target = bytes === undefined ? undefined : Math.floor(into.beside + into.share * (bytes - into.beside))
  const found = await plan(matrix, compressors, {
    ...{ ...askedOf(flags), target, ratio: undefined },
    ...{ weights, tensor, into, signal: session.signal },
    onTrial: () => session.progress.phase('trying', 1, () => `${++tried} pipelines`)(0, 1)
  })
  for (const { pipeline, problem } of found.failures) session.warn(`${pipeline}: left out: ${problem}`)
  return found.chosen.compressor
}

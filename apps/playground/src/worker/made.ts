import { load, type Table, type Vocabulary } from '@slimbed/runtime'
import { optionalKinds } from '@slimbed/runtime/optional-kinds'
import type { Run } from './api.js'
import { laterEncoder } from './texts.js'

/** A run with its artefact. */
export interface Made {
  readonly run: Run
  readonly file: Uint8Array
  readonly table: Table
  readonly vocabulary: Vocabulary | undefined
  readonly encoder: ReturnType<typeof laterEncoder>
}

/** An artefact that was made elsewhere, as a run. Throws as `load` does. */
export function madeFrom(name: string, file: Uint8Array, id: number): Made {
  const artefact = load(file, { kinds: optionalKinds })
  const { table, vocabulary, manifest, sizes } = artefact
  const encoder = laterEncoder(artefact)
  const { pipeline, measured } = manifest.provenance
  const known = typeof measured === 'object' && measured !== null && 'relativeError' in measured
  const run: Run = {
    id,
    spec: typeof pipeline === 'string' ? pipeline : name,
    fileBytes: sizes.file,
    bytes: sizes.table,
    ratio: (table.rows * table.dim * 4) / sizes.table,
    relativeError: known && typeof measured.relativeError === 'number' ? measured.relativeError : Number.NaN,
    note: '',
    overlap: Number.NaN,
    encodes: encoder !== undefined
  }
  return { run, file, table, vocabulary, encoder }
}

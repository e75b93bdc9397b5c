import { type Matrix, type SafetensorsEntry, SlimbedError, type Source } from '@slimbed/runtime'
import { type Stored, storedMatrix } from '../binary/stored-matrix.js'
import type { Input } from '../source/input.js'
import { readSafetensorsHeader } from './header.js'
import { listTensors } from './list.js'
import { scaledMatrix, scaleNames } from './scales.js'

type Tensors = ReadonlyMap<string, SafetensorsEntry>

/** A matrix of a file, and the tensor that it is taken times, if any. */
export interface Scaled {
  readonly matrix: Matrix
  readonly scales?: string
  readonly warnings: readonly string[]
}

/** Where scales are: in the file, else in another shard of the model. */
async function findScales(input: Pick<Input, 'elsewhere'>, source: Source, tensors: Tensors, names: readonly string[]) {
  const own = names.flatMap((name) => tensors.get(name) ?? [])[0]
  if (own) return { source, entry: own }
  for (const name of names) {
    const other = await input.elsewhere?.(name)
    if (!other) continue
    const entry = (await readSafetensorsHeader(other)).tensors.get(name)
    if (entry) return { source: other, entry }
    const message = `${other.name}: expected the tensor ${JSON.stringify(name)}, which the index of the model says is there`
    throw new SlimbedError('bad-input', message)
  }
  return undefined
}

/**
 * A matrix, times the scales that `named` names, or that lie beside one in 8 bits: in the same file, or in another shard. Rejects with `bad-input` where named ones
 * are not there, or do not fit.
 */
export async function withScales(
  input: Pick<Input, 'elsewhere'>,
  source: Source,
  tensors: Tensors,
  stored: Stored & { readonly key: string },
  named?: string | undefined
): Promise<Scaled> {
  const { key, type } = stored
  const matrix = storedMatrix(source, stored)
  const names = named !== undefined ? [named] : type.startsWith('F8') ? scaleNames(key) : []
  const found = await findScales(input, source, tensors, names)
  const name = found?.entry.name ?? named
  if (name === undefined) return { matrix, warnings: [] }
  const what = `${source.name}: scales ${JSON.stringify(name)} of ${JSON.stringify(key)}`
  if (!found) {
    const all = listTensors(tensors.values())
    throw new SlimbedError('bad-input', `${what}: there is no such tensor; its tensors: ${all}`)
  }
  const { matrix: scaled, told, guessed } = scaledMatrix(matrix, source.name, found.source, found.entry, what)
  return { matrix: scaled, scales: name, warnings: named === undefined || guessed ? [told] : [] }
}

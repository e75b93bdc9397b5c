import { SlimbedError } from '@slimbed/core'
import type { Source } from '@slimbed/runtime'
import { countOf, decode, type Elements, elementsOf } from '../model/elements.js'
import type { Stored } from '../model/tensor.js'
import { elementBytes, typeName } from '../model/types.js'

/** What opens the other files of a model, by their names in it. */
export type Outside = (location: string) => Promise<Source>

/** Bytes of the elements of a tensor. Throws `unsupported` for a type that is not read. */
export function bytesOfElements(tensor: Pick<Stored, 'dims' | 'name' | 'type'>): number {
  const width = elementBytes.get(tensor.type)
  if (width === undefined) throw new SlimbedError('unsupported', `tensors of ${typeName(tensor.type)} are not read`)
  return countOf(tensor) * width
}

/** Where the bytes of a tensor lie in another file. Rejects with `corrupt-file` where that is too short for it. */
export async function placeOutside(
  { external, name }: Stored,
  bytes: number | undefined,
  outside: Outside
): Promise<{ source: Source; start: number; length: number } | undefined> {
  if (!external) return undefined
  const source = await outside(external.location)
  const length = external.length ?? bytes ?? source.size - external.offset
  const fits = length >= 0 && external.offset + length <= source.size && (bytes === undefined || length === bytes)
  if (fits) return { source, start: external.offset, length }
  throw new SlimbedError('corrupt-file', `${source.name}: too short for the tensor ${JSON.stringify(name)}`)
}

/** The elements of a tensor, wherever they lie. Rejects as damaged tensors do. */
export async function elementsHere(tensor: Stored, outside: Outside): Promise<Elements> {
  if (!tensor.external) return elementsOf(tensor)
  const place = await placeOutside(tensor, bytesOfElements(tensor), outside)
  return place ? decode(tensor.type, await place.source.read(place.start, place.length)) : elementsOf(tensor)
}

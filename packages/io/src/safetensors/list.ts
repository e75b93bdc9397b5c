import type { SafetensorsEntry } from '@slimbed/runtime'

/** The most tensors that an error lists. */
const most = 20

/** A tensor as errors show it: `scale F32 [30, 1]`. */
export const shownTensor = ({ name, dtype, shape }: Pick<SafetensorsEntry, 'name' | 'dtype' | 'shape'>): string =>
  `${name} ${dtype} [${shape.join(', ')}]`

/** A list of tensors for errors, each with its element type and shape. */
export function listTensors(entries: Iterable<Pick<SafetensorsEntry, 'name' | 'dtype' | 'shape'>>): string {
  const all = [...entries]
  const list = all.slice(0, most).map(shownTensor).join(', ')
  return all.length > most ? `${list}, and ${all.length - most} more` : list || 'none'
}

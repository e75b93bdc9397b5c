import type { Candidate, Wanted } from '@slimbed/core'
import type { options } from './options.js'

/** Bits of a value beyond which codes of signs are of no use. */
const mostBits = 1.5

/** What `iiq` offers a planner: an approximation of the rows at low rates. Codes that keep only similarities are no approximation. */
export function candidates({ rows, dim, bits, followed }: Wanted): readonly Candidate<typeof options>[] {
  const count = (wanted: number) => Math.floor((wanted * rows * dim - 16 * rows) / (rows + 32 * dim))
  if (followed || bits > mostBits || count(bits) < 8) return []
  const at = (wanted: number) => Math.max(1, Math.min(65536, count(wanted)))
  return [{ options: { space: 'vectors' }, fitted: true, rate: { option: 'bits', at } }]
}

import type { Candidate, Wanted } from '@slimbed/core'
import { options } from './options.js'

const { min = 0, max = 16 } = options.bits
/** Bits a value that `coding=fixed` takes at most. */
const mostFixed = 8

/** Nearest rows of each row that are to stay near it, where that counts. */
const neighbours = 32

/**
 * What `trellis` offers a planner: any rate; where weights count, rows by them, or by their square roots, which large errors suit better; where neighbours
 * count, with and without errors that do.
 */
export function candidates({
  bits,
  followed,
  weighted,
  fixed = false,
  near = false
}: Wanted): readonly Candidate<typeof options>[] {
  const most = fixed ? mostFixed : max
  if (followed || bits > most) return []
  const rate = { option: 'bits', at: (wanted: number) => Math.min(most, Math.max(min, wanted)) } as const
  const coding = fixed ? ({ coding: 'fixed' } as const) : {}
  if (near && !fixed)
    return [
      { options: {}, rate },
      { options: { neighbours }, rate }
    ]
  if (!weighted) return [{ options: coding, rate }]
  return [
    { options: { ...coding, weights: 'frequency' }, rate },
    { options: { ...coding, weights: 'sqrt' }, rate }
  ]
}

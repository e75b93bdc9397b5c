import type { Candidate, Wanted } from '@slimbed/core'
import type { options } from './options.js'

type Offer = Candidate<typeof options>

/** Bits of a scale in float16. */
const scaleBits = 16
/** From so many bits on, grids cover every value. */
const unclipped = 7

/** Groups of columns that share a scale, so small that scales take what the codes leave of the rate. */
function groups(bits: number, dim: number): Offer[] {
  const whole = Math.min(16, Math.ceil(bits - scaleBits / dim) - 1)
  if (whole < 1) return []
  const sizeFor = (wanted: number) =>
    Math.max(2, Math.min(dim, Math.round(scaleBits / Math.max(wanted - whole, scaleBits / dim))))
  const clip = whole < unclipped ? 'mse' : 'none'
  return [{ options: { bits: whole, scale: 'group', clip }, rate: { option: 'groupSize', at: sizeFor } }]
}

/** One scale for all, in whole bytes: what files of some programs can hold, and no less. */
const ofTable = (bits: number): Offer => ({ options: { bits, scale: 'table' } })

/** What `fixedpoint` offers a planner: as many whole bits as fit, with each kind of scale and levels, or half floats. */
export function candidates({ rows, dim, bits, followed, fixed = false }: Wanted): readonly Offer[] {
  if (followed || bits < 1) return []
  if (bits >= 16) return [{ options: { format: 'f16' } }, { options: { bits: 16 } }, ...(fixed ? [ofTable(16)] : [])]
  const within = (extra: number) => Math.max(0, Math.floor(bits - extra))
  const [columns, own] = [within(scaleBits / rows), within(scaleBits / dim)]
  const offers: Offer[] = []
  const clipOf = (whole: number) => (whole < unclipped ? 'mse' : 'none')
  if (columns >= 1) {
    offers.push({ options: { bits: columns, scale: 'column', clip: clipOf(columns) } })
    offers.push({ options: { bits: columns, scale: 'column', clip: clipOf(columns), mode: 'affine' } })
    if (columns <= 8) offers.push({ options: { bits: columns, scale: 'column', levels: 'lloyd' } })
  }
  if (own >= 1) {
    offers.push({ options: { bits: own, clip: clipOf(own) } })
    if (own <= 8) offers.push({ options: { bits: own, levels: 'lloyd' } })
  }
  return [...offers, ...groups(bits, dim), ...(fixed ? [ofTable(8)] : [])]
}

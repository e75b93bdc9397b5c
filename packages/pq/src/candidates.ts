import type { Candidate, Wanted } from '@slimbed/core'
import type { partOptions, stageOptions } from './options.js'

/** Bits of a code, and of one where codebooks would take more than a share of the table. */
const [usual, few, mostBooks] = [8, 4, 0.2]

/** Bits of the codebooks of all columns, and of one row of the matrix. */
const bookBits = (bits: number, dim: number): number => 32 * 2 ** bits * dim

/** The share of a table that codebooks take at least, to be worth another stage. */
const worthStage = 0.05

/** What `pq` offers a planner: as many parts as the codebooks leave room for; `basis` is what else the table takes, in bits. */
function parts({ rows, dim, bits: wanted, followed }: Wanted, basis: number): readonly Candidate<typeof partOptions>[] {
  const all = wanted * rows * dim
  const bits = bookBits(usual, dim) > mostBooks * all ? few : usual
  if (followed && bookBits(bits, dim) + basis < worthStage * all) return []
  const count = (rate: number) => Math.floor((rate * rows * dim - bookBits(bits, dim) - basis) / (bits * rows))
  if (count(wanted) < 1 || count(wanted) > dim) return []
  const at = (rate: number) => Math.max(1, Math.min(dim, count(rate)))
  return [{ options: { bits }, fitted: true, rate: { option: 'parts', at } }]
}

/** What `pq` offers a planner. */
export const pqCandidates = (wanted: Wanted): readonly Candidate<typeof partOptions>[] => parts(wanted, 0)

/** What `opq` offers a planner: it has a basis besides. Nothing where its codebooks are coded again: it takes long, and `pq` is near it then. */
export const opqCandidates = (wanted: Wanted): readonly Candidate<typeof partOptions>[] =>
  wanted.followed || wanted.dim > 2048
    ? []
    : parts(wanted, 16 * wanted.dim * wanted.dim).map((one) => ({ ...one, refines: 'pq' }))

/** Stages that are offered at most: each takes as long as the first. */
const mostStages = 32

/** What `residual` offers a planner: as many stages as fit, each with a codebook of its own. */
export function residualCandidates({
  rows,
  dim,
  bits: wanted,
  followed
}: Wanted): readonly Candidate<typeof stageOptions>[] {
  // Each stage has a codebook of all columns.
  const bits = bookBits(usual, dim) > mostBooks * usual * rows ? few : usual
  const count = (rate: number) => Math.floor((rate * rows * dim) / (bits * rows + bookBits(bits, dim)))
  if (followed || count(wanted) < 1 || count(wanted) > mostStages) return []
  const at = (rate: number) => Math.max(1, Math.min(mostStages, count(rate)))
  return [{ options: { bits }, fitted: true, rate: { option: 'stages', at } }]
}

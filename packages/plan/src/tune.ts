import { format } from '@slimbed/core'
import { type Attempt, type Attempts, attempt } from './attempt.js'
import { type Goal, isWithin } from './goal.js'
import { fallOf } from './loss.js'
import { compressorOf, type Recipe } from './recipes.js'

/** How often a recipe is run on all rows at most. */
const mostRuns = { size: 5, quality: 6 }
/** Runs for the last bytes, where a file is within that. */
const fineRuns = 2
/** How far below the wanted size a file may be, as a share. */
const short = 0.01
/** What the last bytes would take off the loss at most, as a logarithm: 1 %. */
const gain = Math.log2(1.01)

/** A run at so many bits. `over` is how far it is beyond the goal, below 0 within it, and falls as bits rise or with them. */
interface Run {
  readonly bits: number
  readonly over: number
  readonly made: Attempt
}

/** How far an attempt is beyond the goal, in bits a value: above 0 it is not allowed. */
function overOf(goal: Goal, made: Attempt, values: number): number {
  if (goal.kind === 'size') return (8 * (made.bytes - goal.bytes)) / values
  return Math.log2((made.loss + 1e-30) / (goal.most + 1e-30)) / fallOf(goal.loss)
}

/** Whether another run is not worth its time, after so many. */
function isNear(goal: Goal, { over, made }: Run, values: number, count: number): boolean {
  if (over > 0) return false
  const bits = (8 * made.bytes) / values
  if (goal.kind === 'quality') return -over <= short * bits
  return -over <= short * bits && (count >= fineRuns || -over * fallOf(goal.loss) <= gain)
}

/** The bits to try next: by the two runs about the goal, or the last two, on a line; by bits alone after the first. */
function nextBits(goal: Goal, runs: readonly Run[], values: number): number {
  const sign = goal.kind === 'size' ? 1 : -1
  const [last] = runs.slice(-1)
  const bits = (8 * last.made.bytes) / values
  const margin = (goal.kind === 'size' ? 0.0015 : 0.002) * bits
  const within = runs.filter(({ over }) => over <= 0).sort((a, b) => b.over - a.over)[0]
  const beyond = runs.filter(({ over }) => over > 0).sort((a, b) => a.over - b.over)[0]
  const [a, b] = within && beyond ? [within, beyond] : runs.slice(-2)
  const slope = b && b.bits !== a.bits ? (b.over - a.over) / (b.bits - a.bits) : sign
  const from = within && beyond ? within : last
  // A slope of the wrong sign or size is that of a staircase or of noise.
  const steep = Number.isFinite(slope) && slope * sign > 0.2 ? slope : sign
  return from.bits + (-margin - from.over) / steep
}

/** The better of two attempts for a goal: one within it, then the less of what is to be least. */
export function better(goal: Goal, a: Attempt, b: Attempt): Attempt {
  const [first, second] = [a, b].map((one) => isWithin(goal, one))
  if (first !== second) return first ? a : b
  const bySize = b.bytes < a.bytes ? b : a
  const byLoss = b.loss < a.loss ? b : a
  const leastBytes = goal.kind === 'size' ? !first : first
  return leastBytes ? bySize : byLoss
}

/**
 * Runs a recipe on all rows, first at `bits`, and moves along its rate until the goal is met closely: within 1 % of the bytes. Resolves to all
 * attempts, the best first; none where the recipe cannot be run.
 */
export async function tune(
  recipe: Recipe,
  bits: number,
  goal: Goal,
  values: number,
  use: Attempts,
  most = mostRuns[goal.kind]
): Promise<Attempt[]> {
  const runs: Run[] = []
  const known = new Set<string>()
  for (let at = bits; runs.length < most; at = nextBits(goal, runs, values)) {
    const stages = at > 0 ? recipe.at(at) : undefined
    if (!stages) break
    const compressor = compressorOf(stages)
    const spec = format(compressor)
    if (known.has(spec)) break
    known.add(spec)
    const made = await attempt(compressor, use)
    if (!made) break
    const run = { bits: at, over: overOf(goal, made, values), made }
    runs.push(run)
    if (!recipe.tunable || isNear(goal, run, values, runs.length)) break
  }
  return runs.map(({ made }) => made).sort((a, b) => (better(goal, a, b) === a ? -1 : 1))
}

import { aloneFor, beyond, fewest, most } from './alone.js'
import type { Attempt, Attempts } from './attempt.js'
import { type Contender, type Looking, pairs, singles } from './contenders.js'
import { isWithin, scoreOf } from './goal.js'
import { better, tune } from './tune.js'

/** What a search found: the best attempt that is within the goal, and everything that was looked at. */
export interface Found {
  readonly best: Attempt | undefined
  /** Of all attempts the nearest to the goal. */
  readonly nearest: Attempt | undefined
  readonly attempts: readonly Attempt[]
  readonly contenders: readonly Contender[]
}

/** Bits a value that are first tried for a quality. */
const pilot = 2.5
/** How far from the pilot, as a factor, everything is tried again. */
const near = 1.4
/** Bits by which a pipeline of one stage may be behind the best by estimate and be run all the same, and how many. */
const [doubt, others] = [0.12, 2]
/** Bits by which a pipeline of two stages is to be better by estimate, to be run, and how many are. */
const [gainOfPairs, mostPairs] = [0.01, 2]
/** How far below a size the first run is, as a share and in bytes: headers differ. */
const [margin, spare] = [0.002, 250]
/** The share of the bits that it is given which a rate may leave, to be one that takes what it is given. */
const keptWithin = 0.01
/** Runs of a pipeline that is not the first choice. */
const fewRuns = 2
/** Pipelines that are run until one is within the goal. */
const mostChoices = 4
/** The bits that are tried next, over those before, where a quality was not reached. */
const more = 1.4

const clamped = (bits: number) => Math.min(most, Math.max(fewest, bits))

/** Pipelines of one stage, at the bits that the best of them needs. */
async function aloneAt(looking: Looking): Promise<{ bits: number; alone: Contender[] }> {
  const { goal, room } = looking
  const first = goal.kind === 'size' ? Math.max(0.001, (8 * room.bytes) / room.values) : pilot
  if (goal.kind === 'size') return { bits: first, alone: await aloneFor(first, looking) }
  const alone = await singles(first, looking)
  const best = alone.find(({ score }) => Number.isFinite(score))
  const needed = clamped(best ? best.score - beyond(best, looking) : most)
  if (Math.abs(Math.log(needed / first)) < Math.log(near)) return { bits: needed, alone }
  return { bits: needed, alone: await singles(needed, looking) }
}

/** Whether a recipe takes its bits and hardly fewer, all that is in the table included. */
const isKept = ({ recipe: { bits }, estimate: { small, large } }: Contender) =>
  [small, large].every((seen) => seen.bits <= bits && seen.bits >= (1 - keptWithin) * bits)

/** The bits at which a contender is run on all rows. */
export function startOf(contender: Contender, { goal, room, trials }: Looking): number {
  const { recipe, estimate, score } = contender
  if (!recipe.tunable) return recipe.bits
  if (goal.kind === 'size' && !trials.into && isKept(contender))
    return (8 * Math.max(room.bytes / 2, room.bytes - spare)) / room.values
  const wanted =
    goal.kind === 'size'
      ? Math.max(room.bytes / 2, (1 - margin) * room.bytes - spare)
      : (Math.max(fewest / 4, score) * room.values) / 8
  if (trials.into) return Math.max(recipe.bits / 8, recipe.bits + (8 * (wanted - estimate.bytes)) / room.values)
  return recipe.bits * Math.min(8, Math.max(1 / 8, wanted / estimate.bytes))
}

/** What an attempt costs and loses, its table alone. */
const sizeOf = ({ tableBytes, loss }: Attempt) => ({ bytes: tableBytes, loss })

const nearness =
  ({ kind }: Looking['goal']) =>
  (a: Contender, b: Contender) =>
    kind === 'size' ? a.estimate.bytes - b.estimate.bytes : a.estimate.loss - b.estimate.loss

/**
 * Looks for the best pipeline: those of one stage are estimated on samples, and the best is run and tuned on all rows; what it loses bounds the first
 * stages of two; what is about as good by estimate is run as well.
 */
export async function search(looking: Looking, use: Attempts): Promise<Found> {
  const { goal, room } = looking
  const { bits, alone } = await aloneAt(looking)
  const attempts: Attempt[] = []
  let best: Attempt | undefined
  const run = async (contender: Contender, runs?: number) => {
    const made = await tune(contender.recipe, startOf(contender, looking), goal, room.values, use, runs)
    for (const each of made) {
      best = best ? better(goal, best, each) : each
      attempts.push(each)
    }
  }
  const isMet = () => best !== undefined && isWithin(goal, best)
  let choices = alone.filter(({ score }) => Number.isFinite(score))
  // What cannot be reached is told by the nearest to it.
  if (choices.length === 0) choices = [...alone].sort(nearness(goal)).slice(0, 1)
  for (let tried = 0; tried < mostChoices && choices.length > 0 && !isMet(); tried++) {
    await run(choices[0])
    choices = choices.slice(1)
  }
  for (let at = bits; goal.kind === 'quality' && !isMet() && at < most; ) {
    at = Math.min(most, more * at)
    const [first] = (await singles(at, looking)).filter(
      ({ recipe, score }) => !recipe.tunable && Number.isFinite(score)
    )
    if (first) await run(first)
  }
  const leader = alone[0]?.score ?? Infinity
  const reached = Math.min(leader, best ? scoreOf(goal, sizeOf(best), true, room) : Infinity)
  for (const close of choices.filter(({ score }) => score <= reached + doubt).slice(0, others))
    await run(close, fewRuns)
  const bound = goal.kind === 'quality' ? goal.most : isMet() && best ? best.loss : Infinity
  const two = await pairs(bits, alone, bound, looking)
  const promising = two.filter(({ score }) => score <= leader - gainOfPairs)
  for (const pair of promising.slice(0, mostPairs)) await run(pair, isMet() ? fewRuns : undefined)
  return { best: isMet() ? best : undefined, nearest: best, attempts, contenders: [...alone, ...two] }
}

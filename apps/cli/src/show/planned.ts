import type { Considered, Goal, Loss, Plan } from '@slimbed/plan'
import { alignColumns } from './text/table.js'
import { bytes, counted, decimal, duration, percent, times } from './text/units.js'

/** What `slimbed compress --json` prints of the search, as `plan`. */
export interface PlanReport {
  /** The size that was asked for, or undefined. */
  readonly targetBytes?: number
  /** What counted as loss. */
  readonly measure: Loss
  /** The most of it, where a quality was asked for. */
  readonly mostLoss?: number
  readonly pipeline: string
  readonly reason: string
  /** How many pipelines were tried. */
  readonly tried: number
  /** The best of each family, small files first. `loss` is the squared relative error, 1 − mean cosine, or the share of neighbours that is lost. */
  readonly front: readonly Considered[]
  /** Bytes of the float32 values. */
  readonly denseBytes: number
}

/** Families that are shown at most. */
const mostShown = 8

const within = (goal: Goal, { bytes, loss, exact }: Considered): boolean => {
  const slack = exact ? 1 : 1.02
  return goal.kind === 'size' ? bytes <= goal.bytes * slack : loss <= goal.most * slack
}

/** The best of each family: what was taken first, then the others as they compare by estimate. */
function frontOf({ chosen, goal, considered }: Plan): Considered[] {
  const worth = ({ bytes, loss }: Considered) => (goal.kind === 'size' ? loss : bytes)
  const order = [...considered].sort((a, b) => worth(a) - worth(b))
  const taken = considered.filter(({ pipeline }) => pipeline === chosen.spec)
  const seen = new Set(taken.map(({ family }) => family))
  const others = order.filter((one) => {
    if (seen.has(one.family) || !within(goal, one)) return false
    seen.add(one.family)
    return true
  })
  return [...taken, ...others].slice(0, mostShown)
}

const lossName: Readonly<Record<Loss, string>> = {
  error: 'relative error',
  weighted: 'weighted error',
  cosine: 'mean cosine',
  kept: 'neighbours kept'
}

/** A loss as people read it. */
const lossText = (measure: Loss, loss: number): string => {
  if (measure === 'kept') return percent(1 - loss)
  return decimal(measure === 'cosine' ? 1 - loss : Math.sqrt(loss))
}

/** Why a pipeline was taken. */
function reasonOf({ chosen, goal, considered }: Plan, next: Considered | undefined): string {
  const tried = counted(considered.length, 'pipeline')
  const limit =
    goal.kind === 'size'
      ? `of ${tried} that were tried it loses least in ${bytes(goal.bytes)}`
      : `of ${tried} that were tried it makes the smallest file with ${lossName[goal.loss]} ${lossText(goal.loss, goal.most)}`
  if (!next) return limit
  const times = goal.kind === 'size' ? next.loss / chosen.loss : next.bytes / chosen.made.sizes.file
  const what = goal.kind === 'size' ? 'the loss' : 'the bytes'
  return Number.isFinite(times) && times >= 1.005
    ? `${limit}; ${next.family} comes next, with ${times.toFixed(2)} times ${what}`
    : limit
}

/** The report of a search, for a table of this shape. */
export function planReport(plan: Plan, { rows, dim }: { readonly rows: number; readonly dim: number }): PlanReport {
  const { chosen, goal, considered } = plan
  const front = frontOf(plan)
  return {
    ...(goal.kind === 'size' ? { targetBytes: goal.bytes } : { mostLoss: goal.most }),
    measure: goal.loss,
    pipeline: chosen.spec,
    reason: reasonOf(plan, front[1]),
    tried: considered.length,
    front: front.sort((a, b) => a.bytes - b.bytes),
    denseBytes: rows * dim * 4
  }
}

/** The search as text: a line for each family, and why one was taken. */
export function showPlan({ measure, pipeline, reason, front, denseBytes }: PlanReport): string {
  const about = (exact: boolean, text: string) => (exact ? text : `≈ ${text}`)
  const lines = front.map((one) => [
    one.pipeline === pipeline ? '→' : '',
    one.pipeline,
    about(one.exact, bytes(one.bytes)),
    times(denseBytes / one.bytes),
    about(one.exact, lossText(measure, one.loss)),
    about(one.exact, duration(one.seconds))
  ])
  const heading = ['', 'pipeline', 'file', 'smaller', lossName[measure], 'time']
  return [alignColumns([heading, ...lines], 'llrrrr'), `  ${pipeline}: ${reason}`].join('\n\n')
}

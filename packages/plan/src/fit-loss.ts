import { SlimbedError } from '@slimbed/core'
import { bytesOf, pipelinesOf, runAll } from './fit-bytes.js'
import { type Curve, splitBits } from './split.js'
import { type Chosen, orNone } from './table-curve.js'
import type { GoalOfTables, PlannedTable, PlanTablesOptions } from './tables.js'

/** Runs of all tables at most. */
const mostRuns = 7
/** Bits a value of all tables between which is searched. */
const [fewest, most] = [0.05, 16]
/** How far above the least bytes the tables may be, as a share, and how much below the allowed loss is aimed at, in bits. */
const [near, margin] = [0.01, 0.003]

/** All tables at so many bits a value. */
interface Run {
  readonly bits: number
  readonly bytes: number
  readonly loss: number
  readonly tables: PlannedTable[]
}

/** What all tables are to lose at so many bits a value, by their curves. */
function expected(curves: readonly Curve[], bits: number): number {
  const values = curves.reduce((sum, one) => sum + one.values, 0)
  const split = splitBits(curves, bits * values)
  return curves.reduce((sum, { loss, fall, bits: at }, i) => sum + loss * 2 ** (-fall * (split[i] - at)), 0)
}

/** The bits a value at which the tables are to lose so much. */
function bitsFor(curves: readonly Curve[], loss: number): number {
  let [low, high] = [fewest, most]
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2
    if (expected(curves, middle) > loss) low = middle
    else high = middle
  }
  return high
}

/** The logarithm of a loss over the one that is allowed. */
const levelOf = ({ loss }: Run, allowed: number) => Math.log2(Math.max(loss, allowed / 16) / allowed)

/** The bits at which the allowed loss is met by the curves, which are off by as much as they were at a run. */
const bitsAfter = (run: Run, allowed: number, curves: readonly Curve[]) =>
  bitsFor(curves, expected(curves, run.bits) * 2 ** -levelOf(run, allowed))

/** The bits to try next: on a line between the runs about the goal, in the logarithm of the loss; by the curves where there are not both. */
function nextBits(runs: readonly Run[], allowed: number, curves: readonly Curve[]): number {
  const within = runs.filter(({ loss }) => loss <= allowed).sort((a, b) => a.bits - b.bits)[0]
  const beyond = runs.filter(({ loss }) => loss > allowed).sort((a, b) => b.bits - a.bits)[0]
  if (within && beyond && beyond.bits < within.bits) {
    const [above, below] = [levelOf(beyond, allowed), levelOf(within, allowed)]
    const share = Math.min(0.9, Math.max(0.1, above / (above - below)))
    return beyond.bits + (within.bits - beyond.bits) * share + margin * within.bits
  }
  const last = runs[runs.length - 1]
  return bitsAfter(last, allowed, curves) + margin * last.bits
}

/** Whether hardly fewer bytes are to be had than those of the best run: by a run that loses too much, or by the curves. */
function isNear(best: Run | undefined, runs: readonly Run[], allowed: number, curves: readonly Curve[]): boolean {
  if (!best) return false
  const isAbove = ({ loss, bytes }: Run) => loss > allowed && bytes >= (1 - near) * best.bytes && bytes < best.bytes
  return runs.some(isAbove) || bitsAfter(best, allowed, curves) >= (1 - near) * best.bits
}

/** Brings tables to the fewest bytes by which a model loses no more than is allowed. Rejects with `bad-option` where it always loses more. */
export async function fitLoss(
  chosen: readonly Chosen[],
  { most: allowed, lossOf, tell }: GoalOfTables & { readonly kind: 'quality' },
  use: PlanTablesOptions
): Promise<PlannedTable[]> {
  const curves = chosen.map(({ curve }) => curve)
  const values = curves.reduce((sum, one) => sum + one.values, 0)
  const runs: Run[] = []
  const run = async (bits: number) => {
    const tables = await orNone(() => runAll(chosen, splitBits(curves, bits * values), use))
    if (!tables) return false
    const loss = await lossOf(new Map(tables.map(({ name, made }) => [name, made.table])))
    runs.push({ bits, bytes: bytesOf(tables), loss, tables })
    return true
  }
  const bestOf = () => runs.filter(({ loss }) => loss <= allowed).sort((a, b) => a.bytes - b.bytes)[0]
  let bits = allowed > 0 ? bitsFor(curves, allowed) : most
  while (
    runs.length < mostRuns &&
    !isNear(bestOf(), runs, allowed, curves) &&
    !runs.some((one) => Math.abs(one.bits / bits - 1) < 1e-4)
  ) {
    if (!(await run(bits))) break
    bits = allowed > 0 ? Math.min(most, Math.max(fewest, nextBits(runs, allowed, curves))) : most
  }
  if (!bestOf() && !runs.some((one) => one.bits === most)) await run(most)
  const best = bestOf()
  if (best) return best.tables
  if (runs.length === 0) throw new SlimbedError('bad-option', `plan: no pipelines give ${tell(allowed)}`)
  const nearest = runs.reduce((a, b) => (b.loss < a.loss ? b : a))
  const found = `the nearest is ${tell(nearest.loss)}, by ${pipelinesOf(nearest.tables)}`
  throw new SlimbedError('bad-option', `plan: no pipelines give ${tell(allowed)}: ${found}`)
}

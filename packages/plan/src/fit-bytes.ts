import { format, SlimbedError } from '@slimbed/core'
import { splitBits } from './split.js'
import { type Chosen, orNone, runTable } from './table-curve.js'
import type { GoalOfTables, PlannedTable, PlanTablesOptions } from './tables.js'

/** Runs of a table that brings all within the bytes. */
const mostRuns = 6
/** How far below the bytes all may be, as a share. */
const short = 0.01
/** Bits a value that are as few as any. */
const fewest = 0.01

/** Runs every table at its bits. */
export const runAll = (chosen: readonly Chosen[], bits: readonly number[], use: PlanTablesOptions) =>
  Promise.all(
    chosen.map(async ({ table, recipe, tried }, i): Promise<PlannedTable> => {
      const run = await runTable(table, recipe, bits[i], use)
      return { name: table.name, tried, ...run }
    })
  )

/** Bytes of all tables. */
export const bytesOf = (tables: readonly PlannedTable[]): number =>
  tables.reduce((sum, { made }) => sum + made.measured.bytes, 0)

/** How some tables were made, in words. */
export const pipelinesOf = (tables: readonly PlannedTable[]): string =>
  tables.map(({ name, compressor }) => `${format(compressor)} of ${name}`).join(' and ')

/** Every table in about as few bytes as its recipe can. */
async function smallest(chosen: readonly Chosen[], use: PlanTablesOptions): Promise<PlannedTable[]> {
  const least: PlannedTable[] = []
  for (const { table, recipe, tried } of chosen) {
    let run: Awaited<ReturnType<typeof runTable>> | undefined
    for (let bits = fewest; !run && bits < recipe.bits; bits *= 2)
      run = await orNone(() => runTable(table, recipe, bits, use))
    least.push({ name: table.name, tried, ...(run ?? (await runTable(table, recipe, recipe.bits, use))) })
  }
  return least
}

/** A goal of a size. */
type SizeGoal = GoalOfTables & { readonly kind: 'size' }

/** Bytes of all with some tables. */
const sizeOf = ({ beside, sizeOf }: SizeGoal, tables: readonly PlannedTable[]) =>
  sizeOf ? sizeOf(tables) : bytesOf(tables) + beside

/** Runs all tables, and one of them again until all together are within the bytes; undefined where they are not. */
async function within(
  chosen: readonly Chosen[],
  goal: SizeGoal,
  use: PlanTablesOptions
): Promise<PlannedTable[] | undefined> {
  const allowed = goal.bytes - goal.beside
  const curves = chosen.map(({ curve }) => curve)
  const split = splitBits(curves, 8 * allowed)
  const done = await runAll(chosen, split, use)
  // The table of most bytes takes up what the others leave.
  const last = curves.reduce(
    (most, { values }, i) => (split[i] * values > split[most] * curves[most].values ? i : most),
    0
  )
  let best: PlannedTable[] | undefined
  let at = split[last]
  let left = Infinity
  for (let i = 0; i < mostRuns; i++) {
    const over = (await sizeOf(goal, done)) - goal.bytes
    if (over <= 0 && -over < left) {
      best = [...done]
      left = -over
    }
    if (left <= short * allowed || (over > 0 && at <= fewest)) break
    // A rate that goes in steps takes longer ones.
    const step = over > 0 ? i + 1 : 1
    at = Math.max(fewest, at - (step * 8 * (over + 0.0015 * allowed)) / curves[last].values)
    const run = await orNone(() => runTable(chosen[last].table, chosen[last].recipe, at, use))
    if (!run) break
    done[last] = { ...done[last], ...run }
  }
  return best
}

/** Brings tables to a size that they share. Rejects with `bad-option` where they cannot be so small. */
export async function fitBytes(
  chosen: readonly Chosen[],
  goal: SizeGoal,
  use: PlanTablesOptions
): Promise<PlannedTable[]> {
  const best = goal.bytes > goal.beside ? await orNone(() => within(chosen, goal, use)) : undefined
  if (best) return best
  const least = await smallest(chosen, use)
  const total = await sizeOf(goal, least)
  if (total <= goal.bytes) return least
  const count = (bytes: number) => `${bytes.toLocaleString('en-US')} bytes`
  const outside = total - bytesOf(least)
  const rest = outside > 0 ? `, of which ${count(outside)} are not the tables'` : ''
  const found = `the smallest have ${count(total)}${rest}, by ${pipelinesOf(least)}`
  throw new SlimbedError('bad-option', `plan: no pipelines bring these tables to ${count(goal.bytes)}: ${found}`)
}

import { type CompressorPlugin, SlimbedError } from '@slimbed/core'
import { fitBytes } from './fit-bytes.js'
import { fitLoss } from './fit-loss.js'
import { type Chosen, chosenFor } from './table-curve.js'
import type { PlannedTable, PlanTablesOptions, TableToPlan } from './tables.js'

/** Bits a value at which pipelines are compared where a loss is asked for, and the fewest at which they are for a size. */
const [pilot, fewest] = [2, 0.05]
/** The least loss of a table beside the largest of any, since a smaller one may be noise: none is left without bits. */
const leastShare = 1 / 32

/**
 * Compresses several tables of a model into so many bytes, so that the model loses least, or into the fewest bytes by which it loses no more than is allowed:
 * for each the pipeline of one or two stages is taken, of `plugins`, by which the model loses least where the table alone is compressed, and bytes go where they
 * take most off the loss. All together they take at most 1 % less than is allowed, where a rate can be set that finely. Rejects with `bad-option` where no
 * compressor can be tuned, and where nothing reaches the goal: the message says the nearest.
 */
export async function planTables(
  tables: readonly TableToPlan[],
  plugins: readonly CompressorPlugin[],
  use: PlanTablesOptions
): Promise<PlannedTable[]> {
  const { goal } = use
  if (tables.length === 0) throw new SlimbedError('bad-input', 'plan: there are no tables to compress')
  const values = tables.reduce((sum, { matrix }) => sum + matrix.rows * matrix.dim, 0)
  const bits = goal.kind === 'size' ? Math.max(fewest, (8 * (goal.bytes - goal.beside)) / values) : pilot
  const chosen: Chosen[] = []
  for (const table of tables) chosen.push(await chosenFor(table, plugins, bits, use))
  const largest = Math.max(...chosen.map(({ curve }) => curve.loss))
  const floored = chosen.map((one) => ({
    ...one,
    curve: { ...one.curve, loss: Math.max(one.curve.loss, leastShare * largest) }
  }))
  return goal.kind === 'size' ? fitBytes(floored, goal, use) : fitLoss(floored, goal, use)
}

import { type CompressorPlugin, format, type Matrix, type TensorAdapter } from '@slimbed/core'
import type { Considered } from './considered.js'
import { type Contender, type Looking, pairs, singles } from './contenders.js'
import { fallOf } from './loss.js'
import { type PlanOptions, prepared } from './prepared.js'
import { compressorOf } from './recipes.js'
import { startOf } from './search.js'
import type { Failure } from './unreachable.js'

/** The best pipelines of each family, and what failed. */
export interface Choices {
  readonly choices: readonly Considered[]
  readonly failures: readonly Failure[]
}

/** A contender at the rate that brings it to the size. */
function choiceOf(contender: Contender, looking: Looking, beside: number): Considered | undefined {
  const { recipe, estimate } = contender
  const { goal, room } = looking
  const stages = recipe.at(startOf(contender, looking))
  if (!stages) return undefined
  const { family, tunable } = recipe
  const loss = tunable ? 2 ** (fallOf(goal.loss) * contender.score) : estimate.loss
  const bytes = Math.round(beside + (tunable ? room.bytes : estimate.bytes))
  return { pipeline: format(compressorOf(stages)), family, bytes, loss, seconds: estimate.seconds, exact: false }
}

/** Options of `choices`. */
export interface ChoicesOptions extends PlanOptions {
  readonly tensor: TensorAdapter
  /** Stages of a pipeline at most: 2 by default. */
  readonly mostStages?: 1 | 2
}

/**
 * Of every family of pipelines of one and two stages that `plugins` allow, the one that loses least at a `target` or `ratio`, by estimates on
 * samples of the rows: the best first. Families of two stages are among them where they may be better than one. Rejects as `plan` does.
 */
export async function choices(
  matrix: Matrix,
  plugins: readonly CompressorPlugin[],
  options: ChoicesOptions
): Promise<Choices> {
  const { goal, looking, failures } = await prepared(options.tensor, matrix, plugins, options)
  const { room } = looking
  // Words and header alone are as large.
  if (room.bytes <= 0) return { choices: [], failures: [] }
  const bits = (8 * room.bytes) / room.values
  const alone = await singles(bits, looking, true)
  const bound = 2 ** (fallOf(goal.loss) * (alone[0]?.score ?? Infinity))
  const two = options.mostStages === 1 ? [] : await pairs(bits, alone, bound, looking)
  const beside = (options.into?.beside ?? 0) + (goal.kind === 'size' ? goal.bytes - room.bytes : 0)
  const best = new Map<string, Contender>()
  for (const one of [...alone, ...two].sort((a, b) => a.score - b.score)) {
    if (Number.isFinite(one.score) && !best.has(one.recipe.family)) best.set(one.recipe.family, one)
  }
  const found = [...best.values()].flatMap((one) => choiceOf(one, looking, beside) ?? [])
  return { choices: found, failures: failures() }
}

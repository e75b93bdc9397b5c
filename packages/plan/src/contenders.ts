import { type Compressor, format } from '@slimbed/core'
import { type Estimate, estimated, type Trials } from './estimate.js'
import { type Goal, scoreOf } from './goal.js'
import { fallOf } from './loss.js'
import { after, compressorOf, type Plugin, type Recipe, recipesOf } from './recipes.js'

/** A recipe, what it would come to, and how good that is: the smaller the better. */
export interface Contender {
  readonly recipe: Recipe
  /** The pipeline that was estimated, as text. */
  readonly spec: string
  readonly estimate: Estimate
  readonly score: number
}

/** What is looked for, and among what. */
export interface Looking {
  readonly plugins: readonly Plugin[]
  readonly goal: Goal
  readonly trials: Trials
  /** Bytes of the table, without words and header, that are wanted, and values of the matrix. */
  readonly room: { readonly bytes: number; readonly values: number }
  readonly dim: number
  readonly variances: Float64Array
  /** Called for each pipeline that was tried. */
  readonly onTried: (spec: string) => void
}

/** Shares of the matrix that a first stage may leave as plain numbers, and times the wanted size, for one that leaves a part of its own as such. */
const [shares, slightly] = [[0.75, 0.5, 0.25, 0.125], 1.2]
/** The share of the loss of the best pipeline of one stage that a first stage may lose: more loss is to come. */
const mostLost = 0.6
/** Bits a value by which a stage may be behind the best, to be tried with others. */
const behind = 0.2

const wantedFor = ({ trials, dim, variances, goal }: Looking, bits: number, followed: boolean) => ({
  rows: trials.rows,
  dim,
  bits,
  followed,
  weighted: goal.loss === 'weighted',
  variances,
  fixed: trials.into !== undefined
})

const byScore = (a: Contender, b: Contender) => a.score - b.score

async function contender(
  recipe: Recipe,
  looking: Looking,
  isWorth?: (small: Estimate['small']) => boolean
): Promise<Contender | undefined> {
  const stages = recipe.at(recipe.bits)
  const estimate = stages && (await estimated(stages, looking.trials, isWorth))
  if (!stages) return undefined
  const spec = format(compressorOf(stages))
  looking.onTried(spec)
  if (!estimate) return undefined
  const { goal, room } = looking
  return { recipe, spec, estimate, score: scoreOf(goal, estimate, recipe.tunable, room) }
}

/** Pipelines of one stage at so many bits a value, the best first. */
export async function singles(bits: number, looking: Looking): Promise<Contender[]> {
  const found: Contender[] = []
  for (const plugin of looking.plugins) {
    for (const recipe of recipesOf(plugin, wantedFor(looking, bits, false))) {
      const made = await contender(recipe, looking)
      if (made) found.push(made)
    }
  }
  return found.sort(byScore)
}

/** First stages that leave plain numbers, each once. */
function firstStages(bits: number, looking: Looking): Map<string, { recipe: Recipe; stages: readonly Compressor[] }> {
  const found = new Map<string, { recipe: Recipe; stages: readonly Compressor[] }>()
  const sizes = shares.map((share) => 32 * share).filter((left) => left > 1.5 * bits)
  for (const left of [...sizes, slightly * bits]) {
    for (const plugin of looking.plugins) {
      for (const recipe of recipesOf(plugin, wantedFor(looking, left, true))) {
        const stages = recipe.at(recipe.bits)
        if (stages) found.set(format(compressorOf(stages)), { recipe, stages })
      }
    }
  }
  return found
}

/**
 * Pipelines of two stages at so many bits a value, the best first. What a first stage loses, a second cannot make good: those that lose nearly as
 * much as `bound` alone are left out, and so are second stages that are far behind by themselves; what is far behind with the best of them is not tried with others.
 */
export async function pairs(
  bits: number,
  alone: readonly Contender[],
  bound: number,
  looking: Looking
): Promise<Contender[]> {
  const { plugins, trials, room, variances, goal } = looking
  const bytes = goal.kind === 'size' ? room.bytes : (bits * room.values) / 8
  const best = alone[0]?.score ?? Infinity
  const fall = fallOf(goal.loss)
  const level = ({ bits, loss }: Estimate['small']) => bits + Math.log2(loss + 1e-30) / fall
  const order = [...new Set(alone.filter(({ score }) => score <= best + behind).map(({ recipe }) => recipe.family))]
  const found: Contender[] = []
  for (const { recipe: first, stages } of firstStages(bits, looking).values()) {
    // Of few rows a first stage loses less than of all.
    const made = await estimated(stages, trials, ({ loss }) => loss <= mostLost * bound)
    const left = made ? (8 * (bytes - made.coded)) / made.plain : 0
    if (!made?.largest || made.loss > mostLost * bound || !(left > 0)) continue
    const wanted = {
      ...made.largest,
      bits: left,
      followed: false,
      weighted: goal.loss === 'weighted',
      variances,
      fixed: trials.into !== undefined
    }
    let ahead = Infinity
    let isBehind = false
    for (const id of order.filter((id) => id !== first.family)) {
      if (isBehind || (ahead < Infinity && ahead > best + behind)) break
      const last = alone.find(({ recipe }) => recipe.family === id)
      const isWorth = (small: Estimate['small']) => {
        isBehind ||= last !== undefined && level(small) > level(last.estimate.small) + behind
        return !isBehind
      }
      for (const second of plugins
        .filter((plugin) => plugin.id === id)
        .flatMap((plugin) => recipesOf(plugin, wanted))) {
        const pair = await contender(after(first, second), looking, isWorth)
        if (!pair) continue
        found.push(pair)
        ahead = Math.min(ahead, pair.score)
      }
    }
  }
  return found.sort(byScore)
}

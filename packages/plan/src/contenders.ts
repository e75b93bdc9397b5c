import { type Compressor, format } from '@slimbed/core'
import { type Estimate, estimated, type Limits, type Seen, type Trials } from './estimate.js'
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
/** Bits a value by which a stage may be behind the best, to be tried with others; and two stages behind the second alone, on the smaller sample. */
const [behind, pairBehind] = [0.2, 0.06]
/** Times the wanted bits that what is coded of a few rows may take: some of it is paid for once. */
const mostCoded = 2

const wantedFor = ({ trials, dim, variances, goal }: Looking, bits: number, followed: boolean) => ({
  rows: trials.rows,
  dim,
  bits,
  followed,
  weighted: goal.loss === 'weighted',
  near: goal.loss === 'kept',
  variances,
  fixed: trials.into !== undefined
})

const byScore = (a: Contender, b: Contender) => a.score - b.score

async function contender(recipe: Recipe, looking: Looking, limits?: Limits): Promise<Contender | undefined> {
  const stages = recipe.at(recipe.bits)
  const estimate = stages && (await estimated(stages, looking.trials, limits))
  if (!stages) return undefined
  const spec = format(compressorOf(stages))
  looking.onTried(spec)
  if (!estimate) return undefined
  const { goal, room } = looking
  return { recipe, spec, estimate, score: scoreOf(goal, estimate, recipe.tunable, room) }
}

/**
 * Pipelines of one stage at so many bits a value, the best first. Those that lose less of few rows than of all are tried last, and left out
 * where they are far behind the others on few, unless `all` are wanted.
 */
export async function singles(bits: number, looking: Looking, all = false): Promise<Contender[]> {
  const { goal, room } = looking
  const found: Contender[] = []
  const recipes = looking.plugins.flatMap((plugin) => recipesOf(plugin, wantedFor(looking, bits, false)))
  const lead = () => Math.min(...found.map(({ score }) => score))
  const isWorth = ({ loss }: Seen) =>
    scoreOf(goal, { bytes: (bits * room.values) / 8, loss }, true, room) <= lead() + behind
  const givenUp = new Set<string>()
  const order = (one: Recipe) => Number(one.fitted) + 2 * Number(one.refines !== undefined)
  for (const recipe of recipes.sort((a, b) => order(a) - order(b))) {
    if (!all && recipe.refines !== undefined && givenUp.has(recipe.refines)) continue
    const made = await contender(recipe, looking, recipe.fitted && !all ? { isWorth, glance: true } : undefined)
    if (made) found.push(made)
    if (!made || made.score > lead() + behind) givenUp.add(recipe.family)
  }
  return found.sort(byScore)
}

/** A first stage that leaves plain numbers. */
interface First {
  readonly recipe: Recipe
  readonly stages: readonly Compressor[]
  /** The same for the same kind of stage at any size. */
  readonly kind: string
}

/** First stages, each once, those of a kind by falling size. */
function firstStages(bits: number, looking: Looking): Map<string, First> {
  const found = new Map<string, First>()
  const sizes = shares.map((share) => 32 * share).filter((left) => left > 1.5 * bits)
  for (const left of [...sizes, slightly * bits]) {
    for (const plugin of looking.plugins) {
      for (const [i, recipe] of recipesOf(plugin, wantedFor(looking, left, true)).entries()) {
        const stages = recipe.at(recipe.bits)
        if (stages) found.set(format(compressorOf(stages)), { recipe, stages, kind: `${plugin.id} ${i}` })
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
  const level = ({ bits, loss }: Seen) => bits + Math.log2(loss + 1e-30) / fall
  const order = [...new Set(alone.filter(({ score }) => score <= best + behind).map(({ recipe }) => recipe.family))]
  const found: Contender[] = []
  const lossy = new Set<string>()
  for (const { recipe: first, stages, kind } of firstStages(bits, looking).values()) {
    if (lossy.has(kind)) continue
    // Of few rows a first stage loses less than of all, and one that is smaller loses more.
    const isWorthMore = ({ loss, coded }: Seen) => {
      if (loss > mostLost * bound) lossy.add(kind)
      return loss <= mostLost * bound && coded <= mostCoded * bits
    }
    const made = await estimated(stages, trials, { isWorth: isWorthMore, glance: first.fitted })
    const left = made ? (8 * (bytes - made.coded)) / made.plain : 0
    if (made && made.loss > mostLost * bound) lossy.add(kind)
    if (!made?.largest || lossy.has(kind) || !(left > 0)) continue
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
      const isWorth = (small: Seen) => {
        isBehind ||= last !== undefined && level(small) > level(last.estimate.small) + pairBehind
        return !isBehind
      }
      for (const second of plugins
        .filter((plugin) => plugin.id === id)
        .flatMap((plugin) => recipesOf(plugin, wanted))) {
        const pair = await contender(after(first, second), looking, { isWorth })
        if (!pair) continue
        found.push(pair)
        ahead = Math.min(ahead, pair.score)
      }
    }
  }
  return found.sort(byScore)
}

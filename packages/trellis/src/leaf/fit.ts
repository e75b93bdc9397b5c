import { trellisMachine } from '@slimbed/core/kinds/trellis'
import { chooseLevels } from './choose-levels.js'
import type { Code, Gains } from './code.js'
import { gainsOf } from './gains.js'
import { guessTally } from './guess.js'
import { jobOf } from './job.js'
import { bitsOfTally, squaredErrorOf } from './sums.js'
import { bitsOf, packTables, type Tables, tableSize, tablesOf } from './tables.js'
import { type Tally, tallyOf } from './tally.js'

/** How rows are to be coded. */
export interface Fitting {
  readonly dim: number
  readonly states: number
  readonly block: number
  readonly step: number
  /** What the rows were multiplied by; 1 unless given. */
  readonly scale?: number
  /** What a bit may cost, in squared steps. */
  readonly lambda: number
  /** The standard deviation of each column. */
  readonly sigmas: Float64Array
  /** Whether rows get classes of gain. */
  readonly gains: boolean
}

/** A code, and what it makes of the rows that it was fitted to. */
export interface Fitted {
  readonly code: Code
  /** Bits of the rows, without the tables. */
  readonly bits: number
  readonly squaredError: number
  readonly tableBytes: number
  /** What was counted, and the class of deviation of the first of its contexts. */
  readonly tally: Tally
  readonly first: number
}

/** Classes of columns: a quarter of an octave apart, none below that of a quarter of a step. */
function classesOf({ sigmas, step }: Fitting, lowest: number): Int32Array {
  return Int32Array.from(sigmas, (sigma) => Math.max(lowest, Math.round(4 * Math.log2(sigma / step + 1e-30))))
}
const lowestClass = -8
const mostClass = 200
/** The share of rows below or above which classes of gain are not kept apart. */
const rare = 1 / 400
const mostGains = 40
/** Columns from which on gains are told to a quarter of an octave, not a half. */
const manyColumns = 128

/** Classes of gain for rows like these. */
function gainClasses({ sigmas, step, dim, gains }: Fitting, x: Float32Array): Gains {
  const floor = 0.3 * step * step
  const shares = sigmas.map((sigma) => (sigma * sigma) / (sigma * sigma + floor))
  const whole = shares.reduce((sum, share) => sum + share, 0) || 1
  const weights = sigmas.map((sigma) => 1 / (sigma * sigma + floor) / whole)
  // A gain that is off costs a value about as many bits as there are values less to pay for its number.
  const gainStep = dim < manyColumns ? 2 : 1
  if (!gains || x.length === 0) return { lowest: 0, count: 1, step: gainStep, weights }
  const middle = 100
  const found = gainsOf(x, dim, { lowest: -middle, count: 2 * middle + 1, step: gainStep, weights }).sort()
  const spared = Math.floor(found.length * rare)
  const top = found[found.length - 1 - spared]
  const bottom = Math.max(found[spared], top - mostGains + 1)
  return { lowest: bottom - middle, count: top - bottom + 1, step: gainStep, weights }
}

const costsOf = (tables: Tables, lambda: number) => Float32Array.from(bitsOf(tables), (bits) => lambda * bits)

/** Rounds of coding and counting that tables and shifts take to settle: from a guess, and from those of nearly the same code. */
const rounds = 8
const fewRounds = 2

/** Puts the counts of another code in place of guessed ones, where there are some of contexts of the same deviation. */
function takeCounts(to: Tally, first: number, before: Fitted): void {
  const { tokens, offs } = before.tally
  for (let at = 0; at < to.tokens.length; at += 2 * tableSize) {
    const from = at + 2 * tableSize * (first - before.first)
    const some = tokens.subarray(Math.max(0, from), Math.max(0, from + 2 * tableSize))
    if (some.length === 0 || some.reduce((sum, count) => sum + count, 0) < fewest) continue
    to.tokens.set(some, at)
    const pair = (18 * from) / (2 * tableSize)
    to.offs.set(offs.subarray(pair, pair + 18), (18 * at) / (2 * tableSize))
  }
}
/** Values of two contexts whose counts tell more than a guess. */
const fewest = 400

/**
 * The code that suits rows, `x` of `dim` values each: its tables are fitted to them by coding them a few times, fewer where those of
 * nearly the same code are known.
 */
export function fitCode(fitting: Fitting, x: Float32Array, before?: Fitted): Fitted {
  const { dim, states, block, step, scale = 1, lambda } = fitting
  const { quantizers, next } = trellisMachine(states)
  const gains = gainClasses(fitting, x)
  const octaves = classesOf(fitting, lowestClass)
  const lowest = octaves.reduce((least, octave) => Math.min(least, octave), Infinity)
  const classes = Uint8Array.from(octaves, (octave) => Math.min(octave - lowest, mostClass))
  const most = classes.reduce((largest, id) => Math.max(largest, id), 0) + gains.step * (gains.count - 1)
  const first = lowest + gains.step * gains.lowest
  const guess = guessTally(most + 1, gains.count, (id) => 2 ** ((id + first) / 4))
  if (before) takeCounts(guess, first, before)
  let tables = tablesOf(guess)
  const shared = { dim, states, block, step, scale, gains, classes, quantizers, next }
  const contexts = Uint16Array.from(classes, (id) => 2 * id)
  let code: Code = { ...shared, contexts, tables, costs: costsOf(tables, lambda) }
  const ofRow = gainsOf(x, dim, gains)
  let tally = guess
  for (let round = 0; round < (before ? fewRounds : rounds); round++) {
    tally = tallyOf(code, x, chooseLevels(jobOf(code, x, ofRow)), ofRow)
    tables = tablesOf(tally)
    code = { ...code, tables, costs: costsOf(tables, lambda) }
  }
  return {
    code,
    bits: bitsOfTally(tally, bitsOf(tables), tables.frequencies),
    squaredError: squaredErrorOf(tally, tables.shifts) * step * step,
    tableBytes: packTables(tables).length,
    tally,
    first
  }
}

/** The bits that rows take with a code, without its tables, and their squared error. */
export function outcomeOfRows(code: Code, x: Float32Array): { readonly bits: number; readonly squaredError: number } {
  const { dim, tables, step } = code
  const gains = gainsOf(x, dim, code.gains)
  const tally = tallyOf(code, x, chooseLevels(jobOf(code, x, gains)), gains)
  return {
    bits: bitsOfTally(tally, bitsOf(tables), tables.frequencies),
    squaredError: squaredErrorOf(tally, tables.shifts) * step * step
  }
}

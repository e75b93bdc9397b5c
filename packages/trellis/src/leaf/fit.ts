import { trellisMachine } from '@slimbed/core'
import { chooseLevels } from './choose-levels.js'
import type { Code, Gains } from './code.js'
import { gainsOf } from './gains.js'
import { guessTally } from './guess.js'
import { jobOf } from './job.js'
import { bitsOf, packTables, type Tables, tablesOf } from './tables.js'
import { bitsOfTally, squaredErrorOf, tallyOf } from './tally.js'

/** How rows are to be coded. */
export interface Fitting {
  readonly dim: number
  readonly states: number
  readonly block: number
  readonly step: number
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
}

/** Classes of columns: a quarter of an octave apart, none below that of a quarter of a step. */
function classesOf({ sigmas, step }: Fitting, lowest: number): Int32Array {
  return Int32Array.from(sigmas, (sigma) => Math.max(lowest, Math.round(4 * Math.log2(sigma / step + 1e-30))))
}
const lowestClass = -8
const mostClass = 200
/** The share of rows below or above which classes of gain are not kept apart. */
const rare = 1 / 400
const mostGains = 24

/** Classes of gain for rows like these. */
function gainClasses({ sigmas, step, dim, gains }: Fitting, x: Float32Array): Gains {
  const floor = 0.3 * step * step
  const shares = sigmas.map((sigma) => (sigma * sigma) / (sigma * sigma + floor))
  const whole = shares.reduce((sum, share) => sum + share, 0) || 1
  const weights = sigmas.map((sigma) => 1 / (sigma * sigma + floor) / whole)
  if (!gains) return { lowest: 0, count: 1, weights }
  const wide = { lowest: -64, count: 129, weights }
  const found = gainsOf(x, dim, wide).sort()
  if (found.length === 0) return { lowest: 0, count: 1, weights }
  const spared = Math.floor(found.length * rare)
  const top = found[found.length - 1 - spared]
  const bottom = Math.max(found[spared], top - mostGains + 1)
  return { lowest: bottom - 64, count: top - bottom + 1, weights }
}

const costsOf = (tables: Tables, lambda: number) => Float32Array.from(bitsOf(tables), (bits) => lambda * bits)

/** Rounds of coding and counting that tables and shifts take to settle. */
const rounds = 4

/** The code that suits rows, `x` of `dim` values each: its tables are fitted to them by coding them a few times. */
export function fitCode(fitting: Fitting, x: Float32Array): Fitted {
  const { dim, states, block, step, lambda } = fitting
  const { quantizers, next } = trellisMachine(states)
  const gains = gainClasses(fitting, x)
  const octaves = classesOf(fitting, lowestClass)
  // A gain is two classes: it counts from the lowest, which comes off the columns' own.
  const lowest = octaves.reduce((least, octave) => Math.min(least, octave), Infinity)
  const classes = Uint8Array.from(octaves, (octave) => Math.min(octave - lowest, mostClass))
  const most = classes.reduce((largest, id) => Math.max(largest, id), 0) + 2 * (gains.count - 1)
  const first = lowest + 2 * gains.lowest
  const guess = guessTally(most + 1, gains.count, (id) => 2 ** ((id + first) / 4))
  let tables = tablesOf(guess)
  const shared = { dim, states, block, step, gainClasses: gains.count, gains, classes, quantizers, next }
  const contexts = Uint16Array.from(classes, (id) => 2 * id)
  let code: Code = { ...shared, contexts, tables, costs: costsOf(tables, lambda) }
  const ofRow = gainsOf(x, dim, gains)
  let tally = guess
  for (let round = 0; round < rounds; round++) {
    tally = tallyOf(code, x, chooseLevels(jobOf(code, x, ofRow)), ofRow)
    tables = tablesOf(tally)
    code = { ...code, tables, costs: costsOf(tables, lambda) }
  }
  return {
    code,
    bits: bitsOfTally(tally, bitsOf(tables), tables.frequencies),
    squaredError: squaredErrorOf(tally, tables.shifts) * step * step,
    tableBytes: packTables(tables).length
  }
}

import { numbersOf } from './bits.js'
import { choosePaths } from './choose-paths.js'
import { classesOf } from './classes.js'
import type { FixedCode } from './code.js'
import { pathJobOf } from './encode-rows.js'
import { gainsFor } from './gains.js'
import { startLevels } from './start-levels.js'

/** How rows are to be coded. */
export interface FixedFitting {
  readonly dim: number
  readonly window: number
  readonly bits: Uint8Array
  /** Bits that tell the gain of a row, 0 for none. */
  readonly gainBits: number
  /** Rounds of coding and averaging. */
  readonly rounds: number
}

/** Values that a level is worth before any is counted. */
const prior = 8

/** The root mean square of each column, over the gains of the rows; 0 where all values are 0, and never far below the others. */
export function scalesOf(x: Float32Array, dim: number, gainOf: (row: number) => number): Float32Array {
  const squares = new Float64Array(dim)
  const rows = x.length / dim
  for (let row = 0, at = 0; row < rows; row++) {
    const gain = gainOf(row)
    for (let j = 0; j < dim; j++, at++) squares[j] += (x[at] / gain) ** 2
  }
  const scales = Float32Array.from(squares, (sum) => Math.sqrt(sum / Math.max(1, rows)))
  const most = scales.reduce((max, value) => Math.max(max, value), 0)
  return scales.map((scale) => Math.max(scale, most * 1e-6))
}

/** Moves each level to the mean of the values that it stands for (Lloyd 1982), and its negative with it. */
function moveLevels(code: FixedCode, x: Float32Array, classes: Uint8Array): Float32Array {
  const job = pathJobOf(code, x, classes)
  const { y, dim, states, weights, bits, books, levels } = job
  const chosen = choosePaths(job)
  const sums = new Float64Array(levels.length)
  const counts = new Float64Array(levels.length)
  const used = weights.reduce((sum, weight, j) => sum + (bits[j] > 0 ? weight : 0), 0)
  const unit =
    used /
    Math.max(
      1,
      bits.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0)
    )
  for (let at = 0; at < chosen.length; at++) {
    const j = at % dim
    if (bits[j] === 0) continue
    const place = books[j] + chosen[at]
    sums[place] += weights[j] * y[at]
    counts[place] += weights[j]
  }
  return levels.map((level, at) => {
    const opposite = at - (at % states) + states - 1 - (at % states)
    const weight = counts[at] + counts[opposite] + prior * unit
    return (sums[at] - sums[opposite] + prior * unit * level) / weight
  })
}

/** What levels are multiplied by. */
type Scales = Pick<FixedCode, 'scale' | 'gains'>

/** Scales of columns, and gains, for rows. */
function scalesFor({ dim, bits, gainBits }: Omit<FixedFitting, 'rounds'>, x: Float32Array): Scales {
  const plain = scalesOf(x, dim, () => 1)
  if (gainBits === 0) return { scale: plain, gains: undefined }
  const rough = gainsFor(x, { scale: plain, bits }, gainBits)
  const classes = classesOf(x, { scale: plain, bits, gains: rough })
  const scale = scalesOf(x, dim, (row) => rough[classes[row]])
  return { scale, gains: gainsFor(x, { scale, bits }, gainBits) }
}

/** A code for rows, `x` of `dim` values each, fitted to them by coding them a few times. */
export function fitFixed({ rounds, ...fitting }: FixedFitting, x: Float32Array): FixedCode {
  const { dim, window, bits } = fitting
  const numbers = numbersOf(bits)
  const own = { dim, window, bits, numbers, ...scalesFor(fitting, x) }
  const classes = classesOf(x, own)
  const levels = new Float32Array(numbers.length * 2 ** window)
  numbers.forEach((count, i) => {
    levels.set(startLevels(window, count), i * 2 ** window)
  })
  let code: FixedCode = { ...own, levels }
  for (let round = 0; round < rounds; round++) code = { ...code, levels: moveLevels(code, x, classes) }
  return code
}

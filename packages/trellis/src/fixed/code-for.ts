import { thin } from '../plan.js'
import { allocate } from './allocate.js'
import { numbersOf } from './bits.js'
import type { FixedCode } from './code.js'
import { encodeFixed } from './encode-rows.js'
import { fitFixed, scalesOf } from './fit.js'
import { gainBitsFor } from './gains.js'
import { sideBytes } from './leaf.js'

/** What codes are made for: rows of a sample, and the limits of a code. */
export interface Coding {
  readonly dim: number
  readonly x: Float32Array
  /** The variance of each column. */
  readonly variances: Float64Array
  /** Bits of a state, and of a value at most. */
  readonly window: number
  readonly most: number
}

/** Values of the sample for each state of a codebook, rows at least, and rounds. */
const fitted = { valuesEach: 96, rows: 64, rounds: 6 }
/** Rows, bits of a state and rounds with which gains are tried. */
const trial = { rows: 1024, window: 8, rounds: 2 }

/** The bits for gains of rows that there would be. */
export function gainBitsOfRows({ dim, x, variances, window, most }: Coding): number {
  const some = thin(x, dim, trial.rows)
  const { bits } = allocate(variances, Infinity, most)
  return gainBitsFor(some, { scale: scalesOf(some, dim, () => 1), bits }, window)
}

/** Whether gains of so many bits pay for them, on a few rows that are coded both ways. */
export function gainsPay(total: number, gainBits: number, { dim, x, variances, ...limits }: Coding): boolean {
  const some = thin(x, dim, trial.rows)
  const window = Math.min(limits.window, trial.window)
  const most = Math.min(limits.most, window - 2)
  const errorWith = (gainBits: number) => {
    const { bits } = allocate(variances, total - gainBits, most)
    const code = fitFixed({ dim, window, bits, gainBits, rounds: trial.rounds }, some)
    const { values } = encodeFixed(code, some)
    return some.reduce((sum, value, at) => sum + (value - values[at]) ** 2, 0)
  }
  return gainBits < total && errorWith(gainBits) < errorWith(0)
}

/** The code of `total` bits a row at most, those of its gain among them, fitted to as many rows as its codebooks need. */
export function codeFor(total: number, gainBits: number, { dim, x, variances, window, most }: Coding): FixedCode {
  const { bits } = allocate(variances, total - gainBits, most)
  const rows = Math.ceil((fitted.valuesEach * numbersOf(bits).length * 2 ** window) / dim)
  const some = thin(x, dim, Math.max(fitted.rows, rows))
  return fitFixed({ dim, window, bits, gainBits, rounds: fitted.rounds }, some)
}

/** The most bits a row with which a leaf of `rows` rows takes at most these bytes, and how many are left. */
export function totalWithin(
  bytes: number,
  rows: number,
  gainBits: number,
  { variances, window, most }: Coding
): { readonly total: number; readonly spare: number } {
  const spareOf = (total: number) =>
    bytes -
    Math.ceil((rows * total) / 8) -
    sideBytes(window, allocate(variances, total - gainBits, most).bits, gainBits)
  let total = Math.min(variances.length * most + gainBits, Math.max(gainBits + 1, Math.floor((8 * bytes) / rows)))
  while (total > gainBits + 1 && spareOf(total) < 0) total--
  return { total, spare: spareOf(total) }
}

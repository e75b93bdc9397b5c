import type { Matrix } from '@slimbed/core'
import type { Options } from './options.js'

/** The limit for a table: its bytes, or its squared error. */
export interface Goal {
  readonly bytes: number | undefined
  readonly squaredError: number | undefined
  /** Whether more bytes than that are refused: with `maxBytes`, not where a small matrix has no fewer. */
  readonly strict: boolean
}

/** The goal of the options, for a matrix whose squared norm is `energy`. */
export function goalOf({ bits, ratio, error, maxBytes }: Options, { rows, dim }: Matrix, energy: number): Goal {
  const values = rows * dim
  if (error !== undefined) return { bytes: undefined, squaredError: error * error * energy, strict: false }
  const bytes = maxBytes ?? (bits !== undefined ? (values * bits) / 8 : (values * 4) / (ratio ?? 1))
  return { bytes: Math.max(1, Math.floor(bytes)), squaredError: undefined, strict: maxBytes !== undefined }
}

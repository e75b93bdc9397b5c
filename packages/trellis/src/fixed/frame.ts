import { type Context, type Dense, type Table, tableBytes } from '@slimbed/core'
import { encodeBasis } from '../basis/encode-basis.js'
import { lengthsOf } from '../basis/precision.js'
import { indexBytes } from '../choose-shape.js'
import { type Codebook, codebookOf, subtract } from '../plan.js'
import type { Prepared } from '../prepare.js'
import { coefficientsOf } from '../shape.js'
import { sigmasOf } from '../spectrum.js'
import { type FixedChoice, stepOf } from './choose-fixed.js'
import type { Coding } from './code-for.js'

/** States and rows of a block of the entropy-coded parts: the basis and the centres. */
const side = { states: 256, block: 32 }
/** Rows of the sample that a code is fitted to at most. */
const mostRows = 16_384

/** What rows are coded in: axes and centres, as they are stored and as they decode. */
export interface Frame {
  readonly basis: Dense
  /** Undefined where the axes are the columns. */
  readonly stored: Table | undefined
  readonly codebook: Codebook | undefined
  /** The bytes of both, of the mean, and of the centre of each row. */
  readonly bytes: number
  /** The sample along the axes, less the centres. */
  readonly coding: Coding
}

/** Bits of a state, and of a value at most. */
export type Limits = Pick<Coding, 'window' | 'most'>

/** The axes of a choice that pay; elements of the vectors of the basis take `extra` bits more than pays. */
function axesOf({ shape, bits, noise }: FixedChoice, rows: number, principal: boolean, extra: number) {
  const { axes, variances, between } = shape
  const { dim } = axes
  if (!principal) return { basis: axes, stored: undefined }
  let count = dim
  while (count > 1 && bits[count - 1] === 0 && !(between[count - 1] > noise / 8)) count--
  const lengths = lengthsOf(variances, count, rows, noise).map((length) => length * 2 ** extra)
  const kept: Dense = { rows: count, dim, data: axes.data.subarray(0, count * dim) }
  const stored = encodeBasis(kept, lengths, side.states, side.block)
  const data = new Float32Array(count * dim)
  for (let i = 0; i < count; i++) stored.readRow(i, data.subarray(i * dim, (i + 1) * dim))
  return { basis: { rows: count, dim, data }, stored }
}

/** The frame of a choice, its basis `extra` bits an element finer than pays. */
export async function frameOf(
  { matrix, scale, sample, principal }: Prepared,
  choice: FixedChoice,
  limits: Limits,
  context: Context,
  extra = 0
): Promise<Frame> {
  const { rows } = matrix
  const { shape, noise } = choice
  const { basis, stored } = axesOf(choice, rows, principal, extra)
  const dim = basis.rows
  const coefficients = await coefficientsOf(sample, shape, basis, context, mostRows)
  const { clusters } = coefficients
  const codebook =
    clusters &&
    codebookOf({ ...coefficients, clusters }, (rows * dim) / clusters.centres.length, {
      ...side,
      scale,
      step: stepOf(noise)
    })
  const x = clusters && codebook ? subtract(coefficients.rows, dim, clusters.ids, codebook.values) : coefficients.rows
  const parts = [stored ? tableBytes(stored) : 0, sample.halves?.byteLength ?? 0, codebook?.bytes ?? 0]
  return {
    basis,
    stored,
    codebook,
    bytes: parts.reduce((sum, part) => sum + part, indexBytes(shape, rows)),
    coding: { ...limits, dim, x, variances: sigmasOf(x, dim).map((sigma) => sigma * sigma) }
  }
}

import { type Context, type Matrix, product, SlimbedError, type Table, tableBytes } from '@slimbed/core'
import { offset, packRuns, scale } from '@slimbed/core/kinds/trellis'
import { goalOf } from '../goal.js'
import type { Options } from '../options.js'
import { takeSample } from '../sample.js'
import { exponents, type Levels, levelsOf } from './levels.js'
import { lessMean, timesFactors } from './matrices.js'
import { metricAxes } from './metric-axes.js'
import { type StoredAxes, storeAxes } from './stored-axes.js'

/** What rows are coded in, besides levels. */
interface Frame {
  readonly levels: Levels | undefined
  readonly axes: StoredAxes | undefined
  /** The mean in float16; undefined where it does not pay. */
  readonly mean: Uint16Array | undefined
}

/** The table of which `left` holds the coded rows. */
function assemble(left: Table, { levels, axes, mean }: Frame): Table {
  const scaled = levels
    ? scale({ runs: packRuns(levels.ids, levels.factors.length), factors: levels.inverse }, left)
    : left
  const table = axes ? product(scaled, axes.right) : scaled
  return mean ? offset({ dtype: 'F16', shape: [mean.length], data: mean }, table) : table
}

/** The options for the coded rows, which have what `beside` leaves. */
function optionsOfRest(given: Options, beside: number, { rows, dim }: Matrix, basis: Options['basis']): Options {
  const { bits: _, ratio: __, maxBytes, error, ...others } = given
  if (error !== undefined) return { ...given, basis }
  const goal = (goalOf(given, { rows, dim } as Matrix, 0).bytes ?? 0) - beside
  // Where nothing is left the table is as small as it can be, and no less than two bytes are asked for.
  const bits = Math.min(16, Math.max(0.01, (8 * Math.max(2, goal)) / (rows * dim)))
  if (maxBytes === undefined) return { ...others, basis, bits } as Options
  if (goal >= 1) return { ...others, basis, maxBytes: goal } as Options
  throw new SlimbedError(
    'bad-option',
    `trellis: maxBytes=${maxBytes} is too few: ${beside} go to axes and levels alone`
  )
}

/** Whether rows or columns count differently. */
export const isWeighted = ({ weights }: Options, context: Context): boolean =>
  context.metric !== undefined || (weights !== 'none' && context.weights !== undefined)

/**
 * Codes rows so that the sum of `wᵢ eᵢᵀ M eᵢ` over the errors eᵢ of the rows is least: rows, less their mean, are taken to axes in which M is
 * nearly diagonal, and made larger by what their errors count; `codeRows` codes what is got with one step.
 */
export async function compressWeighted(
  matrix: Matrix,
  given: Options,
  context: Context,
  codeRows: (matrix: Matrix, given: Options, context: Context) => Promise<Table>
): Promise<Table> {
  const { rows, dim } = matrix
  const { tensor, signal, metric, weights } = context
  const levels = given.weights !== 'none' && weights ? levelsOf(weights, exponents[given.weights]) : undefined
  if (!levels && !metric) return codeRows(matrix, given, context)
  const sample = await takeSample(matrix, true, context)
  const centred = sample.halves ? lessMean(matrix, sample.mean) : matrix
  let axes: StoredAxes | undefined
  if (metric) {
    const squares = levels && Float32Array.from(levels.ids, (id) => levels.factors[id] ** 2)
    const [gram] = await tensor.gram(centred, { ...(squares && { weights: squares }), signal })
    const { bytes = (rows * dim) / 4 } = goalOf(given, matrix, 0)
    const found = await metricAxes(gram, metric, dim, rows, tensor)
    axes = storeAxes(found, rows, (8 * bytes) / rows, given.block)
  }
  const frame = { levels, axes, mean: sample.halves }
  const turned = axes ? await tensor.project(centred, axes.basis, { signal }) : centred
  const scaled = levels ? timesFactors(turned, levels.ids, levels.factors) : turned
  const beside =
    (sample.halves?.byteLength ?? 0) +
    (axes ? tableBytes(axes.right) : 0) +
    (levels ? packRuns(levels.ids, levels.factors.length).length + levels.factors.byteLength : 0)
  const basis = axes ? 'none' : given.basis
  const left = await codeRows(scaled, optionsOfRest(given, beside, matrix, basis), context)
  return assemble(left, frame)
}

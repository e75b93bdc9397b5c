import { type Context, codeBytes, type Matrix, type Table } from '@slimbed/core'
import { nonuniform } from '@slimbed/core/kinds/nonuniform'
import { packCodes } from '@slimbed/core/numbers'
import { checkRange, findRange, type Range } from '../covering.js'
import type { Layout } from '../grid.js'
import type { Options } from '../options.js'
import { createPass } from '../passes.js'
import { sampleOf } from '../sample.js'
import { fitScale } from './fit-scale.js'
import { fitTable, runsOf } from './fit-table.js'
import { codeOf, type Finder } from './nearest.js'
import { storeScales } from './stored-scales.js'

/** Rows that levels are fitted to, at most. */
const mostRows = 4096

type Pass = ReturnType<typeof createPass>

/** What rows with shared scales tell: the mean square of each column, or of the table, and whether a row is all zeros. */
async function extentsOf(pass: Pass, { rows, dim, groups }: Layout) {
  const squares = new Float64Array(groups)
  const range: Range = { min: 0, max: 0 }
  let zeros = false
  await pass((x, start, count) => {
    for (let i = 0; i < count; i++) {
      findRange(x, i * dim, dim, range)
      checkRange(range, x, i * dim, dim, start + i, 0)
      zeros ||= range.min === 0 && range.max === 0
      for (let j = 0; j < dim; j++) squares[groups > 1 ? j : 0] += x[i * dim + j] * x[i * dim + j]
    }
  })
  const roots = squares.map((sum) => Math.sqrt(sum / Math.max(1, groups > 1 ? rows : rows * dim)))
  return { roots, zeros }
}

/** The best scale for each group of columns of each row. */
async function ownScales(pass: Pass, { rows, dim, groupSize, groups }: Layout, finder: Finder): Promise<Float64Array> {
  const scales = new Float64Array(rows * groups)
  const range: Range = { min: 0, max: 0 }
  await pass((x, start, count) => {
    for (let i = 0; i < count; i++) {
      findRange(x, i * dim, dim, range)
      checkRange(range, x, i * dim, dim, start + i, 0)
      for (let g = 0; g < groups; g++) {
        const at = i * dim + g * groupSize
        const size = Math.min(groupSize, dim - g * groupSize)
        scales[(start + i) * groups + g] = fitScale({ x, at, size, step: 1 }, finder)
      }
    }
  })
  return scales
}

/** The packed codes of all rows, at scales as they are stored. */
async function encode(pass: Pass, layout: Layout, bits: number, finder: Finder, scales: Float64Array) {
  const { rows, dim, groupSize, groups } = layout
  const codes = new Uint8Array(rows * codeBytes(dim, bits))
  const rates = scales.map((scale) => (scale > 0 ? 1 / scale : 0))
  const stride = scales.length === groups ? 0 : groups
  // A scale of 0 makes a negative level −0.
  const ofZeros = Math.max(
    0,
    finder.levels.findIndex((level) => level >= 0)
  )
  await pass((x, start, count) => {
    const whole = new Uint8Array(count * dim)
    for (let i = 0, at = 0; i < count; i++) {
      for (let j = 0, own = (start + i) * stride; j < dim; own++) {
        const rate = rates[own]
        for (const end = Math.min(j + groupSize, dim); j < end; j++, at++) {
          whole[at] = rate > 0 ? codeOf(finder, x[at] * rate) : ofZeros
        }
      }
    }
    packCodes(whole, dim, bits, codes, start)
  })
  return codes
}

/**
 * Codes whose levels are fitted to the values (Lloyd 1982, Max 1960), at scales that are fitted too: two passes over the matrix. With
 * `shared`, rows share the scales.
 */
export async function quantizeLloyd(
  matrix: Matrix,
  layout: Layout,
  shared: boolean,
  { bits, scaleType }: Options,
  context: Context
): Promise<Table> {
  const { rows, dim, groupSize, groups } = layout
  const pass = createPass(matrix, context, 2)
  const extents = shared ? await extentsOf(pass, layout) : undefined
  const sample = await sampleOf(matrix, context, mostRows)
  const finder = fitTable(sample, layout, bits, shared, extents?.zeros ?? false)
  const { levels } = finder
  const found = extents
    ? Float64Array.from(runsOf(sample, layout, true), (run, i) => fitScale(run, finder) || extents.roots[i])
    : await ownScales(pass, layout, finder)
  const farthest = levels.reduce((most, level) => Math.max(most, Math.abs(level)), 0)
  const most = (3.4028234663852886e38 * (1 - 2 ** -22)) / Math.max(1, farthest)
  const scales = storeScales(found, [shared ? 1 : rows, groups], scaleType, most)
  const codes = await encode(pass, layout, bits, finder, scales.values)
  return nonuniform({ dim, bits, groupSize, codes, levels, scale: scales.tensor, logScale: scales.logScale })
}

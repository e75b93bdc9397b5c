import {
  type Context,
  defineCompressor,
  denseOf,
  type Matrix,
  type OptionsOf,
  option,
  SlimbedError,
  selection,
  type Table
} from '@slimbed/core'
import { packedPartition } from '@slimbed/core/kinds/prune'
import { packIndex } from '@slimbed/core/kinds/trellis'
import { chooseRows, rowsWhere, worthOf } from './choose.js'

const options = {
  first: option.number({ min: 0, max: 1, default: 0.1, help: 'share of the rows in part 0, those that matter most' }),
  second: option.number({ min: 0, max: 1, default: 0.3, help: 'share of the rows in part 1, those that come next' })
} as const

async function compress(matrix: Matrix, given: OptionsOf<typeof options>, context: Context): Promise<Table> {
  const { rows } = matrix
  const worth = await worthOf(matrix, context)
  const first = Math.round(given.first * rows)
  const second = Math.min(rows, Math.round((given.first + given.second) * rows))
  const [most, more] = [chooseRows(worth, first), chooseRows(worth, second)]
  const group = most.map((own, row) => 2 - own - more[row])
  const parts = [0, 1, 2].map((id) => denseOf(selection(matrix, rowsWhere(group, id))))
  context.report?.({ rows: parts.map((part) => part.rows) })
  return packedPartition(packIndex(group, 2), parts)
}

/**
 * Parts of rows by weight × norm, each of which later stages compress in their own way: `tiers() | 0/fixedpoint(bits=8) | 1/fixedpoint(bits=4)
 * | 2/fixedpoint(bits=2)`. Words keep their rows.
 *
 * The table is a `packed-partition` of three parts, which are read when they are needed. Rejects with `bad-input` for values that are not finite.
 */
export const tiers = defineCompressor({
  name: 'tiers',
  summary: 'three parts of rows by how much they matter, for stages with more or fewer bits',
  options,
  usesWeights: () => true,
  // Its parts are for stages that differ.
  candidates: () => [],
  check({ first, second }) {
    if (first + second <= 1) return
    throw new SlimbedError('bad-option', `tiers: first=${first} and second=${second} are more than all rows`)
  },
  compress
})

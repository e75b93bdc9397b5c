import { type Context, defineCompressor, dense, denseOf, type Matrix, selection, type Table } from '@slimbed/core'
import { packedPartition } from '@slimbed/core/kinds/prune'
import { codebook, packIndex } from '@slimbed/core/kinds/trellis'
import { candidates } from './candidates.js'
import { chooseRows, rowsWhere, worthOf } from './choose.js'
import { bitsFor, countOf } from './count.js'
import { checkOptions, type Options, options } from './options.js'
import { shareRows } from './share.js'

async function compress(matrix: Matrix, given: Options, context: Context): Promise<Table> {
  const { rows, dim } = matrix
  const count = countOf(given, matrix)
  if (count >= rows) return denseOf(matrix)
  const flags = chooseRows(await worthOf(matrix, context), count)
  const [kept, others] = [rowsWhere(flags, 1), rowsWhere(flags, 0)]
  const { weights } = context
  const own = weights && Float32Array.from(others, (row) => weights[row])
  const { ids, means } = await shareRows(selection(matrix, others), given.clusters, own, context)
  context.report?.({ kept: kept.length, sharing: others.length, shared: means.rows })
  const shared = dense(means.rows, dim, means.data)
  const parts = [denseOf(selection(matrix, kept)), codebook(packIndex(ids, bitsFor(means.rows)), shared)]
  return packedPartition(
    packIndex(
      flags.map((flag) => 1 - flag),
      1
    ),
    parts
  )
}

/**
 * Vocabulary pruning: the rows with the least weight × norm share one row, their mean, or the means of `clusters` clusters of them; the others stay
 * as they are. Words keep their rows.
 *
 * The table is a `packed-partition` of the kept rows, which are read when they are needed, and a `codebook`. Rejects with `bad-input` for values that
 * are not finite, and with `bad-option` for a ratio at which no row is left.
 */
export const prune = defineCompressor({
  name: 'prune',
  summary: 'pruning: the rows that matter least share a few rows',
  options,
  usesWeights: () => true,
  check: checkOptions,
  candidates,
  compress
})

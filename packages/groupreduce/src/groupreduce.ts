import { type Context, defineCompressor, type Matrix, rowSpaceOf, SlimbedError, type Table } from '@slimbed/core'
import { build } from './build.js'
import { candidates } from './candidates.js'
import type { Source } from './grams.js'
import { countsOf, importanceOf } from './importance.js'
import { checkOptions, type Options, options } from './options.js'
import type { Parts } from './parts.js'
import { states } from './states.js'

/** Throws `bad-option` for more groups than rows, or a rank above the columns. */
function checkShape({ groups, minRank = 1 }: Options, { rows, dim }: Matrix): void {
  const shape = `of a ${rows} × ${dim} matrix`
  const refuse = (what: string, most: number, sides: string): never => {
    throw new SlimbedError(
      'bad-option',
      `groupreduce: ${what} is more than the ${most} ${sides} ${shape}: use at most ${most}`
    )
  }
  if (groups > rows) refuse(`groups=${groups}`, rows, 'rows')
  if (minRank > dim) refuse(`minRank=${minRank}`, dim, 'columns')
}

async function compress(matrix: Matrix, given: Options, context: Context): Promise<Table> {
  const { rows, dim } = matrix
  const { tensor, signal } = context
  checkShape(given, matrix)
  const counts = countsOf(context.weights, rows)
  // Of a few long rows, bases are found among their combinations.
  const space = rows < dim ? await rowSpaceOf(matrix, tensor, signal) : undefined
  const source: Source = { matrix, dim, importance: importanceOf(counts, given.weights), tensor, signal }
  const grouping = { ...source, matrix: space?.coordinates ?? matrix }
  const refining = (done: number, total: number) => context.progress(0.9 * done, total)
  let last: Parts | undefined
  for await (const parts of states(grouping, counts, given, refining)) last = parts
  return build(source, last!, space?.lift ?? (async (basis) => basis), (done, total) =>
    context.progress(0.9 * total + 0.1 * done, total)
  )
}

/**
 * Block-wise low-rank approximation by frequency (GroupReduce, Chen et al. 2018): rows are grouped by weight, each group
 * gets factors with a rank of its own, and then rows move to the group that represents them best.
 *
 * The table is a `partition` with one `product` per group, or the rows of the group if those are not larger. The rows of `right`
 * are the leading eigenvectors of `Σ w x xᵀ` over the group, orthonormal, and `left` is the projection on them. With `ratio` the
 * tensors, including the group number of each row, are at least that many times smaller than float32. Rejects with `bad-option` for
 * more groups than rows and for a ratio or rank that the matrix cannot have, `bad-input` for NaN and infinities.
 */
export const groupreduce = defineCompressor({
  name: 'groupreduce',
  summary: 'GroupReduce: low-rank factors for groups of rows, higher ranks for frequent words',
  options,
  usesWeights: () => true,
  check: checkOptions,
  candidates,
  compress
})

import { type Matrix, SlimbedError, selection, type TensorAdapter } from '@slimbed/core'
import { traceOf } from '@slimbed/core/numbers'

/** The input: the rows, how much each counts, and the tensor adapter. */
export interface Source {
  /** The rows; of fewer rows than columns, their coordinates on a basis of theirs. */
  readonly matrix: Matrix
  /** Columns of the rows as they are stored. */
  readonly dim: number
  /** Above 0, `rows` of them. */
  readonly importance: Float32Array
  readonly tensor: TensorAdapter
  readonly signal: AbortSignal | undefined
}

/** The weighted Gram matrix of a group. */
export interface Gram {
  /** `Σ w x xᵀ`, `dim × dim`. */
  readonly sum: Float64Array
  /** The traces of all that was added and subtracted to get it: its rounding is a millionth of this or less. */
  readonly gross: number
}

type Progress = (done: number, total: number) => void

async function sumsOf(
  { matrix, importance, tensor, signal }: Source,
  ids: ArrayLike<number>,
  count: number,
  progress?: Progress
) {
  const sums = await tensor.gram(matrix, { weights: importance, groups: { ids, count }, signal, progress })
  return sums.map((sum): Gram => {
    const gross = traceOf(sum, matrix.dim)
    if (Number.isFinite(gross)) return { sum, gross }
    const problem = 'the squares of its values do not add up to a finite number: NaN, Infinity or too large values'
    throw new SlimbedError('bad-input', `groupreduce: cannot factor the matrix: ${problem}`)
  })
}

/** The Gram matrix of each group, from one pass. Rejects with `bad-input` for values that are not finite. */
export const gramsOf = (source: Source, ids: Uint16Array, count: number, progress?: Progress): Promise<Gram[]> =>
  sumsOf(source, ids, count, progress)

/** The same for some rows only: `chosen`, in rising order, each counted for its group in `ids`. */
function gramsOfChosen(source: Source, chosen: Uint32Array, ids: Uint16Array, count: number): Promise<Gram[]> {
  const importance = Float32Array.from(chosen, (row) => source.importance[row])
  return sumsOf({ ...source, matrix: selection(source.matrix, chosen), importance }, ids, count)
}

/** If less than this share is left after subtracting, rounding errors are too large, and the matrix is summed again. */
const worn = 1e-3

/**
 * The Gram matrices after rows have moved from the groups in `before` to those in `after`. Only the rows that moved are read,
 * once. If that is more work than reading all rows, or if so little of a group is left that rounding errors would matter, the
 * matrices are summed again.
 */
export async function movedGrams(
  source: Source,
  grams: readonly Gram[],
  before: Uint16Array,
  after: Uint16Array
): Promise<Gram[]> {
  const { dim } = source.matrix
  const [rows, count] = [before.length, grams.length]
  let moved = 0
  for (let row = 0; row < rows; row++) if (before[row] !== after[row]) moved++
  if (2 * moved >= rows) return gramsOf(source, after, count)
  // Each row that moved comes twice: for the group that it leaves, and for the one that it joins.
  const chosen = new Uint32Array(2 * moved)
  const ids = new Uint16Array(2 * moved)
  for (let row = 0, at = 0; row < rows; row++) {
    if (before[row] === after[row]) continue
    for (const id of [before[row], count + after[row]]) {
      chosen[at] = row
      ids[at++] = id
    }
  }
  const changes = await gramsOfChosen(source, chosen, ids, 2 * count)
  const updated = grams.map(({ sum, gross }, group): Gram => {
    const [left, joined] = [changes[group], changes[count + group]]
    if (left.gross === 0 && joined.gross === 0) return { sum, gross }
    const next = new Float64Array(dim * dim)
    for (let i = 0; i < next.length; i++) next[i] = sum[i] - left.sum[i] + joined.sum[i]
    return { sum: next, gross: gross + left.gross + joined.gross }
  })
  return summedAnew(source, updated, after)
}

/** Sums those matrices again whose rounding errors are too large. */
async function summedAnew(source: Source, grams: readonly Gram[], ids: Uint16Array): Promise<Gram[]> {
  const { dim } = source.matrix
  const lost = grams.map(({ sum, gross }) => traceOf(sum, dim) < worn * gross)
  if (!lost.includes(true)) return [...grams]
  const chosen = Uint32Array.from(ids.keys()).filter((row) => lost[ids[row]])
  const own = Uint16Array.from(chosen, (row) => ids[row])
  const made = await gramsOfChosen(source, chosen, own, grams.length)
  return grams.map((gram, group) => (lost[group] ? made[group] : gram))
}

import type { Matrix } from '@slimbed/runtime'
import { keepTally, rowsPerSegment } from '../spread/segments.js'
import { addAll, type Emit } from '../spread/spread.js'
import type { Runners } from '../threads/runner.js'
import type { Pass, Tally } from '../types.js'

/**
 * Work of the caller's on rows `start .. start + count`: hands on what it makes, in order, and adds sums of the rows, in order too and
 * none beyond the end of a segment at a time, if there is a tally.
 */
export type RowsPart<Made> = (
  start: number,
  count: number,
  emit: Emit<Made>,
  pass: Pass,
  add?: (start: number, sums: Float64Array) => void
) => Promise<void>

/** A pass of the caller's own over the rows of a matrix. */
export interface RowsPass<Made> {
  /** What it does, in a word. */
  readonly name: string
  /**
   * Does rows from the start of a segment on. It depends on its rows and on what was computed before, and on nothing else: in a cluster, other
   * machines do it. It begins a block of `rowsPerJob` rows at the start.
   */
  readonly part: RowsPart<Made>
  readonly tally?: Tally | undefined
  /** Called with what the parts made: plain data. */
  readonly visit?: Emit<Made> | undefined
  /** What was computed before and is used, for a check that all machines compute the same. */
  readonly given?: readonly ArrayBufferView[]
}

/** `TensorAdapter.overRows`: the totals of the tally, if there is one. */
export function overRows<Made>(
  { spread }: Pick<Runners, 'spread'>,
  { rows, dim }: Pick<Matrix, 'rows' | 'dim'>,
  { name, part, tally, visit, given = [] }: RowsPass<Made>,
  pass: Pass = {}
): Promise<Float64Array> {
  const step = rowsPerSegment(dim)
  const own = async (start: number, count: number, emit: Emit<Made>, passing: Pass) => {
    const kept = tally && keepTally(tally, step)
    await part(start, count, emit, passing, kept?.add)
    return kept?.totals() ?? new Float64Array()
  }
  return spread.over({ name, rows, step, given, part: own, visit, merge: tally?.merge ?? addAll, ...pass })
}

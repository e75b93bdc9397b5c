import type { Matrix } from '@slimbed/runtime'
import type { Engine } from '../engines/engine.js'
import { importedKind } from '../jobs/imported.js'
import { rowsPerSegment } from '../spread/segments.js'
import { addAll, type Emit } from '../spread/spread.js'
import { forEachBlock } from '../threads/for-each-block.js'
import { nodeBuiltin } from '../threads/node-builtins.js'
import { rowsPerJob } from '../threads/rows-per-job.js'
import type { Runners } from '../threads/runner.js'
import { withSharedArrays } from '../threads/runner-memory.js'
import { createSequencer } from '../threads/sequencer.js'
import type { Pass } from '../types.js'

/** Consecutive rows of a matrix, for a job. */
export interface Rows {
  /** The number of the first one. */
  readonly start: number
  readonly rows: number
  readonly dim: number
  /** `rows × dim`, row-major: not to be written to, nor kept. */
  readonly data: Float32Array
}

/** A job on rows that a compressor brings. Threads import it themselves. */
export interface RowJob<Given extends object, Made extends object> {
  /**
   * The module that exports it, as `import.meta.url` has it there: plain JavaScript, since threads run the sources too, which imports
   * nothing but files of its own package. Where that file does not exist, as in a bundle, the job is done on the calling thread.
   */
  readonly url: string
  /** The name under which the module exports it. */
  readonly name: string
  /**
   * What becomes of the rows, given plain data: that of `mapping`, arrays shared by all jobs, not to be written to. Arrays among the fields of
   * the result move to the caller, so they must not be used again. `product` is `a · b` of `m × k` and `k × n`, row-major.
   */
  run(rows: Rows, given: Given, product: Engine['product']): Made | Promise<Made>
}

/** What the jobs of a pass are given. */
export interface Mapping<Given extends object> {
  readonly given: Given
  /** What else a job is given, for `rows` rows from `start` on: fields that replace those of `given`. */
  readonly each?: (start: number, rows: number) => Partial<Given>
  /** Floating-point operations a row, about: they tell whether threads pay. */
  readonly operations: number
  /** Jobs get a multiple of so many rows, but for the last one; 1 unless given. */
  readonly multiple?: number
}

/** Called with what the job made of the rows from `start` on. */
export type VisitMade<Made> = (start: number, made: Made) => void | Promise<void>

/** `TensorAdapter.mapRows`. */
export async function mapRows<Given extends object, Made extends object>(
  runners: Runners,
  matrix: Matrix,
  job: RowJob<Given, Made>,
  { given, each, operations, multiple = 1 }: Mapping<Given>,
  visit: VisitMade<Made>,
  pass: Pass = {}
): Promise<void> {
  const { rows, dim } = matrix
  const { url, name: exported } = job
  const found = nodeBuiltin('node:fs')?.existsSync(new URL(url)) === true
  const step = Math.max(1, Math.floor(rowsPerJob(dim) / multiple)) * multiple
  const kind = importedKind<Made>(async () => job)
  const part = async (from: number, count: number, emit: Emit<Made>, own: Pass) => {
    const runner = found ? runners.forProducts(operations * count) : runners.forLoops(0)
    const shared = withSharedArrays(runner, given)
    const inOrder = createSequencer()
    await forEachBlock(matrix, runner, { ...own, step, from, count }, async ({ input, rows, start, index }) => {
      const mine = { ...shared, ...each?.(start, rows) }
      const made = runner.run(kind, { url, exported, rows, dim, start, input, given: mine })
      await inOrder(index, made, (result) => emit(start, result))
    })
    return new Float64Array()
  }
  const segment = Math.ceil(rowsPerSegment(dim) / step) * step
  const shape = { name: exported, rows, step: segment, given: arraysIn(given) }
  await runners.spread.over({ ...shape, part, visit, merge: addAll, ...pass })
}

/** The arrays among plain data. */
function arraysIn(data: unknown): ArrayBufferView[] {
  if (ArrayBuffer.isView(data)) return [data]
  return typeof data === 'object' && data !== null ? Object.values(data).flatMap(arraysIn) : []
}

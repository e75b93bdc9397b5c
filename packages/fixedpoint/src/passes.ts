import { blocksOf, type Context, type Matrix, throwIfAborted } from '@slimbed/core'
import { transpose } from '@slimbed/core/numbers'
import type { Layout } from './grid.js'

/** Is called with rows `start … start + count`, row-major. */
type Visit = (block: Float32Array, start: number, count: number) => void

/** A function that reads a matrix once, in blocks of rows, one block ahead. Progress is complete after `passes` calls of it. */
export function createPass(matrix: Matrix, context: Context, passes: number): (visit: Visit) => Promise<void> {
  let done = 0
  return async (visit) => {
    for await (const { start, count, data } of blocksOf(matrix)) {
      throwIfAborted(context.signal)
      visit(data, start, count)
      done += count
      context.progress(done, matrix.rows * passes)
    }
  }
}

/**
 * Is called with a run of values that share grid number `set`: `size` values from `x[at]` on. They belong to row `row`
 * (`step` 0), or to `size` rows starting there (`step` 1).
 */
export type VisitRun = (set: number, x: Float32Array, at: number, size: number, row: number, step: 0 | 1) => void

/** Splits each block into runs of values that share a grid: rows if all values share one, columns otherwise. */
export function createRuns({ dim, groups }: Layout): (visit: VisitRun) => Visit {
  let turned = new Float32Array(0)
  return (visit) => (block, start, count) => {
    if (groups === 1) {
      for (let i = 0; i < count; i++) visit(0, block, i * dim, dim, start + i, 0)
      return
    }
    if (turned.length < count * dim) turned = new Float32Array(count * dim)
    transpose(block, count, dim, turned)
    for (let j = 0; j < dim; j++) visit(j, turned, j * count, count, start, 1)
  }
}

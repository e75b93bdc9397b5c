import { type Dense, SlimbedError } from '@slimbed/runtime'
import { checkSize, denseMatrix } from '../small/dense.js'
import type { Runners } from '../threads/runner.js'
import { multiply } from './multiply.js'

/** `TensorAdapter.matmul`. Rejects with `bad-input` when the shapes do not fit. */
export async function matmul(runners: Runners, a: Dense, b: Dense): Promise<Dense> {
  checkSize('a', a)
  checkSize('b', b)
  if (a.dim === b.rows) return multiply(runners, denseMatrix(a), b, {})
  throw new SlimbedError('bad-input', `cannot multiply ${a.rows} × ${a.dim} by ${b.rows} × ${b.dim}`)
}

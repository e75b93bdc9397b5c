import { SlimbedError } from '@slimbed/runtime'
import { checkRows, type Matrix } from '../../matrix/matrix.js'
import type { Dense, Pass } from '../adapter.js'
import type { Host, Runner } from '../engines/engine.js'
import { forEachBlock } from '../threads/for-each-block.js'

/** Throws `bad-input` unless `data` holds `rows × dim` values. */
function check(name: string, { rows, dim, data }: Dense): void {
  if (data.length === rows * dim) return
  throw new SlimbedError('bad-input', `${name}: expected ${rows} × ${dim} values, got ${data.length}`)
}

/** The rows of several matrices of one `dim`, as the columns of one: `dim × all rows`. Throws `bad-input` when they are not. */
export function columnsOf(dim: number, bases: readonly Dense[]): Dense {
  const width = bases.reduce((sum, { rows }) => sum + rows, 0)
  const data = new Float32Array(dim * width)
  let column = 0
  for (const basis of bases) {
    check('basis', basis)
    if (basis.dim !== dim) throw new SlimbedError('bad-input', `basis: expected dim ${dim}, got ${basis.dim}`)
    for (let i = 0; i < basis.rows; i++, column++) {
      for (let j = 0; j < dim; j++) data[j * width + column] = basis.data[i * dim + j]
    }
  }
  return { rows: dim, dim: width, data }
}

/** A matrix in memory. */
export const heldMatrix = ({ rows, dim, data }: Dense): Matrix => ({
  rows,
  dim,
  async read(start, count) {
    checkRows(rows, start, count)
    return data.subarray(start * dim, (start + count) * dim)
  }
})

/** A copy that every job can read. */
export function share(runner: Runner, data: Float32Array): Float32Array {
  const shared = new Float32Array(runner.share(data.byteLength))
  shared.set(data)
  return shared
}

/** What `multiply` may be told. */
interface MultiplyOptions extends Pass {
  /** Added to each row: `factor.dim` values. */
  readonly offsets?: Float32Array | undefined
  /** Where the product goes. */
  readonly into?: Float32Array | undefined
}

/** `matrix · factor`, in memory. */
export async function multiply(host: Host, matrix: Matrix, factor: Dense, options: MultiplyOptions): Promise<Dense> {
  const { dim } = matrix
  const { offsets, into, ...pass } = options
  const width = factor.dim
  const runner = host.runnerFor(2 * matrix.rows * dim * width)
  const shared = share(runner, factor.data)
  // Shared: what jobs write to it need not be copied once more on this thread, nor its pages be touched here first.
  const data = into ?? new Float32Array(runner.share(4 * matrix.rows * width))
  await forEachBlock(matrix, runner, pass, async ({ input, rows, start }) => {
    const output = data.subarray(start * width, (start + rows) * width)
    await runner.run({ kernel: 'multiply', rows, dim, width, input, factor: shared, offsets, output })
  })
  return { rows: matrix.rows, dim: width, data }
}

/** `TensorAdapter.matmul`. Rejects with `bad-input` when the shapes do not fit. */
export async function matmul(host: Host, a: Dense, b: Dense): Promise<Dense> {
  check('a', a)
  check('b', b)
  if (a.dim === b.rows) return multiply(host, heldMatrix(a), b, {})
  throw new SlimbedError('bad-input', `cannot multiply ${a.rows} × ${a.dim} by ${b.rows} × ${b.dim}`)
}

/** `TensorAdapter.residual`. Rejects with `bad-input` when a basis does not fit. */
export async function residual(
  host: Host,
  matrix: Matrix,
  bases: readonly Dense[],
  pass: Pass = {}
): Promise<{ errors: Float32Array; nearest: Uint32Array }> {
  const { dim } = matrix
  const columns = columnsOf(dim, bases)
  const width = columns.dim
  const runner = host.runnerFor(2 * matrix.rows * dim * width)
  const factor = share(runner, columns.data)
  const ends = bases.map((_, i) => bases.slice(0, i + 1).reduce((sum, { rows }) => sum + rows, 0))
  const count = bases.length
  const errors = new Float32Array(matrix.rows * count)
  const nearest = new Uint32Array(matrix.rows)
  await forEachBlock(matrix, runner, pass, async ({ input, rows, start }) => {
    const output = errors.subarray(start * count, (start + rows) * count)
    await runner.run({ kernel: 'residual', rows, dim, width, input, factor, ends, output })
  })
  for (let i = 0; i < matrix.rows; i++) {
    let best = 0
    for (let base = 1; base < count; base++) if (errors[i * count + base] < errors[i * count + best]) best = base
    nearest[i] = best
  }
  return { errors, nearest }
}

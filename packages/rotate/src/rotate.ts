import { type Context, defineCompressor, denseOf, type Matrix, product, SlimbedError, type Table } from '@slimbed/core'
import { gaussian, hadamard } from '@slimbed/core/kinds/rotate'
import { householder } from '@slimbed/core/kinds/trellis'
import { type Options, options } from './options.js'

/** How many columns each kind can have. */
const mostColumns = { hadamard: 4096, random: 2048 } as const

/** The rotation of `dim` columns, `dim × dim`: nothing of it is stored but its seed. Throws `bad-input` for more columns than there can be. */
function rotationOf(kind: Options['kind'], dim: number, seed: number): Table {
  if (dim > mostColumns[kind]) {
    const other = kind === 'random' && dim <= mostColumns.hadamard ? ': use kind=hadamard' : ''
    const problem = `kind=${kind} has at most ${mostColumns[kind]} columns, and the matrix ${dim}${other}`
    throw new SlimbedError('bad-input', `rotate: ${problem}`)
  }
  if (kind === 'hadamard') return hadamard(dim, seed)
  // The vectors of the reflections, one of each length from dim down to 1.
  return householder(dim, dim, gaussian(Math.ceil((dim + 1) / 2), dim, seed))
}

async function compress(matrix: Matrix, { kind, seed }: Options, context: Context): Promise<Table> {
  const { dim } = matrix
  const right = rotationOf(kind, dim, seed ?? Math.floor(context.random() * 2 ** 32))
  const data = new Float32Array(dim * dim)
  for (let i = 0; i < dim; i++) right.readRow(i, data.subarray(i * dim, (i + 1) * dim))
  const left = await context.tensor.project(matrix, { rows: dim, dim, data }, { signal: context.signal })
  return product(denseOf(left), right)
}

/**
 * A random rotation: the table becomes `left · right`, where `right` is orthonormal and follows from a seed, so that it takes no bytes.
 * What a later stage loses in `left` is lost in the table. Rotated values are alike in every column and nearly normally distributed,
 * so that one set of levels suits all of them: `rotate() | fixedpoint(bits=4, levels=lloyd)` is EDEN (Vargaftik et al. 2022).
 *
 * `left` is computed when it is read. Rejects with `bad-input` for more columns than the kind can have.
 */
export const rotate = defineCompressor({
  name: 'rotate',
  summary: 'a random rotation that takes no bytes, before quantization',
  options,
  // By itself it makes nothing smaller.
  candidates: ({ followed, dim }) => (followed && dim <= mostColumns.hadamard ? [{ options: {} }] : []),
  compress
})

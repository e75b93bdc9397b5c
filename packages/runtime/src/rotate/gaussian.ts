import { checkChildren, checkRow, checkShape, fail, isInteger } from '../check.js'
import type { LoadNode, Table } from '../table/table.js'
import { normalPair } from './numbers.js'

/** The most elements: what a file of a few bytes stands for must not take long to write out. */
const maxElements = 2 ** 22

/** Throws `bad-input` unless a seed is an unsigned 32-bit integer. */
export function checkSeed(kind: string, seed: number): void {
  if (!isInteger(seed, 0, 2 ** 32 - 1))
    fail('bad-input', `${kind}: seed must be an unsigned 32-bit integer, not ${seed}`)
}

/**
 * A table of independent normally distributed numbers (mean 0, variance 1) that takes no bytes: they follow from `seed`, the same on every
 * machine. `householder` makes a random rotation of it (Stewart 1980).
 *
 * Throws `bad-input` for more than 2²² elements or a seed that is not an unsigned 32-bit integer.
 */
export function gaussian(rows: number, dim: number, seed: number): Table {
  checkShape('gaussian', rows, dim)
  if (rows * dim > maxElements) {
    fail('bad-input', `gaussian: expected at most ${maxElements} elements, got ${rows} × ${dim}`)
  }
  checkSeed('gaussian', seed)
  const pair = new Float64Array(2)
  const table: Table = {
    kind: 'gaussian',
    rows,
    dim,
    config: { rows, dim, seed },
    tensors: {},
    children: {},
    readRow(row, out) {
      checkRow(row, rows)
      const first = row * dim
      for (let j = 0; j < dim; j++) {
        const at = first + j
        if (j === 0 || at % 2 === 0) normalPair(seed, at >> 1, pair)
        out[j] = pair[at % 2]
      }
    },
    with(children) {
      checkChildren('gaussian', {}, children)
      return table
    }
  }
  return table
}

export const loadGaussian: LoadNode = ({ rows, dim, seed }) => gaussian(Number(rows), Number(dim), Number(seed))

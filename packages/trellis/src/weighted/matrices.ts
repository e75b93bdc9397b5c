import type { Dense, Matrix } from '@slimbed/core'

/** A matrix whose blocks are changed as they are read: `change` is given a block of its own. */
export const changed = ({ rows, dim, read }: Matrix, change: (block: Float32Array, start: number) => void): Matrix => ({
  rows,
  dim,
  async read(start, count) {
    const block = (await read(start, count)).slice()
    change(block, start)
    return block
  }
})

/** Rows less one vector. */
export const lessMean = (matrix: Matrix, mean: Float32Array): Matrix =>
  changed(matrix, (block) => {
    for (let at = 0; at < block.length; ) for (let j = 0; j < mean.length; j++, at++) block[at] -= mean[j]
  })

/** Each row times the factor of its level. */
export const timesFactors = (matrix: Matrix, ids: Uint8Array, factors: Float32Array): Matrix =>
  changed(matrix, (block, start) => {
    for (let row = start, at = 0; at < block.length; row++) {
      for (let j = 0; j < matrix.dim; j++, at++) block[at] *= factors[ids[row]]
    }
  })

/** Each row of a matrix in memory times a factor of its own. */
export function scaledRows({ rows, dim, data }: Dense, factors: ArrayLike<number>): Dense {
  return { rows, dim, data: data.map((value, at) => value * factors[Math.floor(at / dim)]) }
}

import type { Dense } from '@slimbed/runtime'

/** How far products of the rows may be from those of orthonormal ones: what faiss allows. */
const tolerance = 4e-5

/** The most elements: products of all pairs of rows are computed. */
const mostElements = 2 ** 22

/** Why a transform cannot be undone, as one whose rows are orthonormal can; undefined where it can. */
export function transformFault({ rows, dim, data }: Dense): string | undefined {
  if (rows > dim || rows * dim > mostElements) {
    return `a transform of ${dim} to ${rows} columns; at most ${mostElements} numbers, and no more rows than columns, are possible`
  }
  for (let a = 0; a < rows; a++) {
    for (let b = a; b < rows; b++) {
      let sum = 0
      for (let j = 0; j < dim; j++) sum += data[a * dim + j] * data[b * dim + j]
      if (Math.abs(sum - (a === b ? 1 : 0)) <= tolerance) continue
      return 'the rows of its transform are not orthonormal, so it cannot be undone'
    }
  }
  return undefined
}

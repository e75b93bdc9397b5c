import { type Dense, SlimbedError } from '@slimbed/runtime'

/** How far products of the rows may be from those of orthonormal ones: what faiss allows. */
const tolerance = 4e-5

/** The most elements: products of all pairs of rows are computed. */
const mostElements = 2 ** 22

/** Throws `unsupported` unless the rows are orthonormal: other transforms cannot be undone. */
export function checkOrthonormal({ rows, dim, data }: Dense, name: string): void {
  if (rows > dim || rows * dim > mostElements) {
    const most = `at most ${mostElements} numbers, and no more rows than columns, are read`
    throw new SlimbedError('unsupported', `${name}: a transform of ${dim} to ${rows} columns; ${most}`)
  }
  for (let a = 0; a < rows; a++) {
    for (let b = a; b < rows; b++) {
      let sum = 0
      for (let j = 0; j < dim; j++) sum += data[a * dim + j] * data[b * dim + j]
      if (Math.abs(sum - (a === b ? 1 : 0)) <= tolerance) continue
      throw new SlimbedError(
        'unsupported',
        `${name}: the rows of its transform are not orthonormal, so it cannot be undone`
      )
    }
  }
}

// Rows for tokens, of vectors of words: as model2vec makes them, by principal components and weights that fall with frequency.
import { randomAt } from '@slimbed/core'

/** Vectors of words less their mean, on their `dim` main directions. */
export async function reduced({ rows, dim: wide, data }, dim, tensor) {
  const mean = new Float64Array(wide)
  for (let i = 0; i < rows * wide; i++) mean[i % wide] += data[i] / rows
  const centred = data.map((value, i) => value - mean[i % wide])
  const matrix = {
    rows,
    dim: wide,
    read: async (start, count) => centred.subarray(start * wide, (start + count) * wide)
  }
  const [gram] = await tensor.gram(matrix)
  const { vectors } = await tensor.eigh(gram, wide)
  const right = new Float32Array(wide * dim)
  for (let j = 0; j < wide; j++) for (let k = 0; k < dim; k++) right[j * dim + k] = vectors[k * wide + j]
  const { data: made } = await tensor.matmul({ rows, dim: wide, data: centred }, { rows: wide, dim, data: right })
  return made
}

/** The mean of the vectors of words that a piece occurs in, for each of the pieces; `found` are words with their rows. */
function meansOfPieces(pieces, found, vectors, dim) {
  const sums = new Map([...pieces].map((piece) => [piece, { sum: new Float64Array(dim), count: 0 }]))
  for (const [word, row] of found) {
    for (let i = 1; i < word.length; i++) {
      for (let end = i + 1; end <= Math.min(word.length, i + 6); end++) {
        const one = sums.get(word.slice(i, end))
        if (!one) continue
        one.count++
        for (let j = 0; j < dim; j++) one.sum[j] += vectors[row * dim + j]
      }
    }
  }
  return sums
}

/**
 * A row for each token, `tokens × dim`: the vector of a word that has one; that of a piece is the mean of the words that it occurs in, with noise;
 * others are noise. Each times `a / (a + share)`, `a` = 1e-4 (Arora et al. 2017).
 */
export function rowsFor(tokens, words, vectors, dim) {
  const random = randomAt(0, ['static-model'])
  const noise = () => (random() + random() + random() + random() - 2) * Math.sqrt(3 / dim)
  const found = words.map((word, row) => [word, row]).filter(([word]) => /^[a-z0-9]+$/.test(word))
  const rowOf = new Map(found)
  const names = [...tokens.keys()]
  const pieces = new Set(names.filter((token) => token.startsWith('##')).map((token) => token.slice(2)))
  const means = meansOfPieces(pieces, found, vectors, dim)
  const data = new Float32Array(names.length * dim)
  names.forEach((token, i) => {
    const row = rowOf.get(token)
    const mean = means.get(token.slice(2))
    const factor = 1e-4 / (1e-4 + tokens.get(token))
    for (let j = 0; j < dim; j++) {
      const value =
        row !== undefined
          ? vectors[row * dim + j]
          : token.startsWith('##') && mean?.count
            ? mean.sum[j] / mean.count + 0.3 * noise()
            : 0.6 * noise()
      data[i * dim + j] = factor * value
    }
  })
  return data
}

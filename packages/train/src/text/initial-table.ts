import { blocksOf, randomAt } from '@slimbed/core'
import type { Matrix, Vocabulary } from '@slimbed/runtime'

/** The standard deviation of random values if there are no vectors to scale them by. */
const usual = 0.05
/** The size of random rows, relative to rows with a vector. */
const share = 0.1

/** Half the width of a uniform distribution, over its standard deviation. */
const width = Math.sqrt(3)

/**
 * The table that training begins with, `words.size × dim`: the vectors of the words that have one, and small random rows for the
 * others. Words are looked up as they are spelt. Rejects as the matrix does.
 */
export async function initialTable(
  words: Vocabulary,
  vectors: { readonly matrix: Matrix; readonly vocabulary: Vocabulary } | undefined,
  dimWithout: number,
  seed: number
): Promise<{ dim: number; data: Float32Array; found: number }> {
  const dim = vectors?.matrix.dim ?? dimWithout
  const data = new Float32Array(words.size * dim)
  const rowOf = new Int32Array(vectors?.matrix.rows ?? 0).fill(-1)
  const missing: number[] = []
  for (let row = 0; row < words.size; row++) {
    const at = vectors ? vectors.vocabulary.find(words.word(row)) : -1
    if (at >= 0) rowOf[at] = row
    else missing.push(row)
  }
  let squares = 0
  if (vectors) {
    for await (const { start, data: block } of blocksOf(vectors.matrix)) {
      for (let i = 0; i * dim < block.length; i++) {
        const row = rowOf[start + i]
        if (row < 0) continue
        for (let j = 0; j < dim; j++) {
          const value = block[i * dim + j]
          data[row * dim + j] = value
          squares += value * value
        }
      }
    }
  }
  const found = words.size - missing.length
  const deviation = found > 0 ? share * Math.sqrt(squares / (found * dim)) : usual
  const random = randomAt(seed, ['rows'])
  for (const row of missing) {
    for (let j = 0; j < dim; j++) data[row * dim + j] = (2 * random() - 1) * width * deviation
  }
  return { dim, data, found }
}

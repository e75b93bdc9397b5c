// node tooling/studies/fasttext-rows.mjs model.bin
//
// The error of the words of a fastText model whose vectors are compressed, and that of the means of its rows where these are: the
// figures of docs/decisions/0052-fasttext-models.md.
import { compress } from '@slimbed/core'
import { openFastText, wordVectors } from '@slimbed/fasttext'
import { fixedpoint } from '@slimbed/fixedpoint'
import { fileSource } from '@slimbed/io/node'
import { rows } from '@slimbed/runtime'
import { ngramBuckets } from '@slimbed/runtime/subwords'

const model = await openFastText(await fileSource(process.argv[2]))
const { words, args, input } = model
const { matrix } = await wordVectors(model)
const { dim } = matrix
const exact = await matrix.read(0, words.size)

/** The relative error and the mean cosine of vectors of words. */
function compared(vectors) {
  let [error, norm, cosines] = [0, 0, 0]
  for (let i = 0; i < words.size; i++) {
    let [ab, aa, bb] = [0, 0, 0]
    for (let j = i * dim; j < (i + 1) * dim; j++) {
      error += (exact[j] - vectors[j]) ** 2
      ab += exact[j] * vectors[j]
      aa += exact[j] ** 2
      bb += vectors[j] ** 2
    }
    norm += aa
    cosines += ab / Math.sqrt(aa * bb)
  }
  return `${Math.sqrt(error / norm).toFixed(4)}, cosine ${(cosines / words.size).toFixed(4)}`
}

const every = (count) => Array.from({ length: count }, (_, i) => i)

for (const bits of [2, 4, 6, 8]) {
  const stage = fixedpoint({ bits, clip: 'mse' })
  const own = await compress(matrix, stage)
  const stored = await compress(input, stage)
  const means = new Float32Array(exact.length)
  for (let i = 0; i < words.size; i++) {
    const used = [i, ...ngramBuckets(words.bytesOf(i), args).map((bucket) => words.size + bucket)]
    const values = rows(stored.table, used)
    for (let k = 0; k < values.length; k++) means[i * dim + (k % dim)] += values[k] / used.length
  }
  const composed = compared(rows(own.table, every(words.size)))
  console.log(`${bits} bits: vectors of words ${composed}; means of rows ${compared(means)}`)
}
await model.close()

import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { weightsFor } from '@slimbed/io'
import { openCounts, openVectors } from '@slimbed/io/node'

const folder = process.env.SLIMBED_DATA ?? fileURLToPath(new URL('../../../shared/data', import.meta.url))
const sample = fileURLToPath(new URL('../sample/data', import.meta.url))

/** Tables with the counts of their words, by name: the file, its words, the tensor, and the counts. */
const files = {
  sample: [`${sample}/sample-10k.100d.bin`, undefined, undefined, `${sample}/sample-10k.counts.tsv`],
  numberbatch: [
    `${folder}/vectors/numberbatch-en-41k.300d.f16.npy`,
    `${folder}/vectors/numberbatch-en-41k.300d.words.txt`,
    undefined,
    `${folder}/counts/wordfreq.en.tsv`
  ],
  'ptb-embedding': [
    `${folder}/lm/ptb-small/model.safetensors`,
    undefined,
    'embedding.weight',
    `${folder}/lm/ptb-small/counts.tsv`
  ],
  'ptb-softmax': [
    `${folder}/lm/ptb-small/model.safetensors`,
    undefined,
    'softmax.weight',
    `${folder}/lm/ptb-small/counts.tsv`
  ]
}

/** The names of the tables that are there. */
export const names = Object.keys(files).filter((name) => existsSync(files[name][0]))

/** The rows of a table in memory, and the counts of its words. */
export async function tableNamed(name) {
  const [path, words, tensor, countsPath] = files[name]
  const counts = await openCounts(countsPath)
  const vectors = await openVectors(path, { words, tensor })
  const { rows, dim } = vectors.matrix
  const data = (await vectors.matrix.read(0, rows)).slice()
  const weights = vectors.vocabulary ? weightsFor(vectors.vocabulary, counts) : Float32Array.from(counts.values())
  await vectors.close()
  const matrix = { rows, dim, read: async (start, count) => data.subarray(start * dim, (start + count) * dim) }
  return { matrix, weights }
}

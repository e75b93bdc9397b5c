import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { matrixFrom } from '@slimbed/core'
import { openVectors } from '@slimbed/io/node'

/** @import { Matrix } from '@slimbed/runtime' */

const data = process.env.SLIMBED_DATA ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url))
const model = `${data}/lm/ptb-small/model.safetensors`

/**
 * The tables of the study: the file, the tensor in it, and what the page calls it.
 * @type {readonly { name: string, path: string, tensor?: string, title: string }[]}
 */
export const tables = [
  {
    name: 'sample',
    path: fileURLToPath(new URL('../../sample/data/sample-10k.100d.bin', import.meta.url)),
    title: 'the sample: skip-gram vectors of words'
  },
  { name: 'glove', path: `${data}/vectors/glove.6B.50d.top10k.txt`, title: 'GloVe vectors of words' },
  {
    name: 'googlenews',
    path: `${data}/vectors/googlenews-15k.300d.bin`,
    title: 'GoogleNews: word2vec vectors of words'
  },
  {
    name: 'numberbatch',
    path: `${data}/vectors/numberbatch-en-41k.300d.f16.npy`,
    title: 'ConceptNet Numberbatch: vectors of words, all of length 1'
  },
  { name: 'ptb-softmax', path: model, tensor: 'softmax.weight', title: 'softmax of a language model' },
  { name: 'ptb-embedding', path: model, tensor: 'embedding.weight', title: 'embedding of a language model' }
]

/** The tables whose file is there. */
export const present = tables.filter(({ path }) => existsSync(path))

/**
 * A table in memory.
 * @param {typeof tables[number]} table
 * @returns {Promise<Matrix>}
 */
export async function matrixOfTable({ path, tensor }) {
  const vectors = await openVectors(path, { tensor })
  const { rows, dim } = vectors.matrix
  const matrix = matrixFrom(rows, dim, (await vectors.matrix.read(0, rows)).slice())
  await vectors.close()
  return matrix
}

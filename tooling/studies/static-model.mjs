// node tooling/studies/static-model.mjs FOLDER [TOKENS [DIM]]
//
// Makes a static sentence model of the size and kind of potion-base-8M, 29,528 tokens × 256 in float32, in the layout of model2vec. Its words and their
// vectors are those of ConceptNet Numberbatch, its counts those of wordfreq (../shared/data, or SLIMBED_DATA).
import { readFileSync } from 'node:fs'
import { createTensor } from '@slimbed/core'
import { openVectors, writeStaticModel } from '@slimbed/io/node'
import { dataFolder, hasData } from '@slimbed/testing'
import { reduced, rowsFor } from './static-model/rows.mjs'
import { tokenizerOf, tokensFrom } from './static-model/tokens.mjs'

const [folder, count = '29528', width = '256'] = process.argv.slice(2)
const numberbatch = `${dataFolder}/vectors/numberbatch-en-41k.300d`
if (!folder || !hasData('vectors/numberbatch-en-41k.300d.f16.npy', 'counts/wordfreq.en.tsv')) {
  console.error(folder ? `there are no vectors in ${dataFolder}` : 'usage: node static-model.mjs FOLDER [TOKENS [DIM]]')
  process.exit(2)
}
const lines = readFileSync(`${dataFolder}/counts/wordfreq.en.tsv`, 'utf8').trimEnd().split('\n').slice(1)
const shares = lines.map((line) => line.split('\t')).map(([word, share]) => [word, Number(share)])
const { matrix, vocabulary, close } = await openVectors(`${numberbatch}.f16.npy`, { words: `${numberbatch}.words.txt` })
const words = Array.from({ length: matrix.rows }, (_, row) => vocabulary.word(row))
const data = await matrix.read(0, matrix.rows)
await close()

const dim = Number(width)
const tokens = tokensFrom(shares, Number(count))
const tensor = await createTensor()
const vectors = await reduced({ rows: matrix.rows, dim: matrix.dim, data }, dim, tensor)
await tensor.close()
const rows = rowsFor(tokens, words, vectors, dim)
const settings = { normalize: true, skipUnknown: true }
await writeStaticModel(folder, {
  layout: 'model2vec',
  matrix: { rows: tokens.size, dim, read: async (start, some) => rows.subarray(start * dim, (start + some) * dim) },
  tokenizer: new TextEncoder().encode(JSON.stringify(tokenizerOf(tokens.keys()))),
  config: { model_type: 'model2vec', architectures: ['StaticModel'], max_length: 512, hidden_dim: dim },
  settings
})
console.log(`${folder}: ${tokens.size} tokens × ${dim}`)

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { openVectors } from '@slimbed/io/node'
import { bytesSource } from '@slimbed/runtime'
import { ngramBuckets } from '@slimbed/runtime/subwords'
import { refusal } from '@slimbed/testing'
import { describe, expect, test } from 'vitest'
import { fasttext, ngramRows, openFastText, type WhichNgrams, wordVectors } from '../src/index.js'

const pathOf = (name: string) => fileURLToPath(new URL(`golden/${name}`, import.meta.url))
const open = (name: string) => openFastText(bytesSource(name, readFileSync(pathOf(name))))

async function ngramsOf(name: string, which: WhichNgrams) {
  const model = await open(name)
  const found = ngramRows(model, which)
  if (!found) throw new Error('no n-grams')
  return { model, ...found, values: await found.matrix.read(0, found.matrix.rows) }
}

describe('rows of n-grams', () => {
  test('all are those of the input after the words', async () => {
    const { model, matrix, values, buckets, counts } = await ngramsOf('skipgram.bin', 'all')
    const { args, words, input } = model
    expect([matrix.rows, matrix.dim, buckets]).toEqual([args.bucket, args.dim, undefined])
    if (input.kind !== 'dense') throw new Error('expected a plain matrix')
    expect(values).toEqual(await input.read(words.size, args.bucket))
    const used = Array.from({ length: words.size }, (_, row) => ngramBuckets(words.bytesOf(row), args)).flat()
    expect([...counts.keys()].filter((bucket) => counts[bucket] > 0)).toEqual([...new Set(used)].sort((a, b) => a - b))
  })

  test('used ones are those that words have, in the same order', async () => {
    const all = await ngramsOf('cbow.bin', 'all')
    const used = await ngramsOf('cbow.bin', 'used')
    const { dim } = all.matrix
    const numbers = [...all.counts.keys()].filter((bucket) => all.counts[bucket] > 0)
    expect(used.matrix.rows).toBe(numbers.length)
    expect(used.matrix.rows).toBeLessThan(all.matrix.rows)
    numbers.forEach((bucket, row) => {
      expect(used.values.subarray(row * dim, (row + 1) * dim)).toEqual(
        all.values.subarray(bucket * dim, (bucket + 1) * dim)
      )
    })
    expect(await used.matrix.read(5, 7)).toEqual(used.values.slice(5 * dim, 12 * dim))
    expect(used.config).toEqual({ kind: 'subwords', version: 1, minn: 1, maxn: 2, bucket: 1500, mean: 'all' })
  })

  test('of a pruned model are those that it keeps; some models have none', async () => {
    const { model, matrix, config } = await ngramsOf('pruned.ftz', 'all')
    expect([matrix.rows, config.mean]).toEqual([model.kept?.buckets.length, 'kept'])
    expect(ngramRows(await open('words.bin'), 'all')).toBeUndefined()
    expect(ngramRows(await open('words.ftz'), 'all')).toBeUndefined()
  })
})

test('a model is opened as vectors of its words, with their counts', async () => {
  const vectors = await openVectors(pathOf('skipgram.bin'), { formats: [fasttext] })
  const { matrix, vocabulary, format } = vectors
  const model = await open('skipgram.bin')
  const { matrix: expected } = await wordVectors(model)
  expect([format, vocabulary?.word(3), vocabulary?.counts]).toEqual([
    'fasttext',
    model.words.word(3),
    model.words.counts
  ])
  expect(await matrix.read(2, 4)).toEqual(await expected.read(2, 4))
  await vectors.close()
  const named = () => openVectors(pathOf('skipgram.bin'), { formats: [fasttext], tensor: 'x' })
  expect(await refusal(named)).toMatch(/^bad-option: .*a fastText model has one table/)
})

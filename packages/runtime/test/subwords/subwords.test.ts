import { dense, type Json, type Tensors } from '@slimbed/runtime'
import { vocabularyOf } from '@slimbed/runtime/format'
import { hasSubwords, ngramBuckets, packBuckets, subwordsOf } from '@slimbed/runtime/subwords'
import { describe, expect, test } from 'vitest'
import { fileOf } from '../file-of.js'

const vocabulary = vocabularyOf(['cat', 'dog'])
const words = dense(2, 2, Float32Array.of(1, 2, 3, 4))
const [minn, maxn, bucket] = [3, 4, 20]
const config = { kind: 'subwords', version: 1, minn, maxn, bucket, mean: 'all' }
/** Row `i` is (i, −i). */
const table = dense(
  bucket,
  2,
  Float32Array.from({ length: 2 * bucket }, (_, i) => (i % 2 === 0 ? i / 2 : -(i - 1) / 2))
)

const bytesTensor = (data: Uint8Array) => ({ dtype: 'U8', shape: [data.length], data }) as const
const artefactOf = (more: Record<string, Json> = {}, tensors: Tensors = {}) => ({
  table: words,
  vocabulary,
  extra: { config: { ...config, ...more }, tensors: { table: bytesTensor(fileOf(table)), ...tensors } }
})

const bucketsOf = (word: string) => ngramBuckets(new TextEncoder().encode(word), { minn, maxn, bucket })
const meanOf = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length

describe('vectors of words', () => {
  test('are rows of known words, and means of n-grams of others', () => {
    const subwords = subwordsOf(artefactOf())
    expect(subwords.vector('dog')).toEqual(Float32Array.of(3, 4))
    expect(subwords.rowsOf('horse')).toEqual(bucketsOf('horse'))
    const mean = Math.fround(meanOf(bucketsOf('horse')))
    const out = new Float32Array(2)
    expect(subwords.vector('horse', out)).toBe(out)
    expect(out).toEqual(Float32Array.of(mean, -mean))
    expect(subwords.vector('')).toBeUndefined()
    expect(subwords.vector('</s>')).toBeUndefined()
  })

  test('of some buckets alone: others count as rows of zeros, or not at all', () => {
    const own = bucketsOf('horse')
    const kept = Uint32Array.from(new Set(own.filter((number) => number % 2 === 0))).sort()
    expect(kept.length).toBeGreaterThan(0)
    expect(own.every((number) => kept.includes(number))).toBe(false)
    const data = Float32Array.from(Array.from(kept).flatMap((number) => [number, -number]))
    const some = {
      table: bytesTensor(fileOf(dense(kept.length, 2, data))),
      buckets: bytesTensor(packBuckets(kept))
    }
    const found = own.filter((number) => kept.includes(number))
    const vector = (mean: string) => subwordsOf(artefactOf({ mean }, some)).vector('horse')?.[0]
    expect(vector('kept')).toBeCloseTo(meanOf(found), 5)
    expect(vector('all')).toBeCloseTo((meanOf(found) * found.length) / own.length, 5)
  })
})

test('files without n-grams, or with others than are known, are refused', () => {
  const refused = (artefact: Parameters<typeof subwordsOf>[0], code: string, message: string) =>
    expect(() => subwordsOf(artefact)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) })
    )
  const whole = artefactOf()
  expect(hasSubwords(whole)).toBe(true)
  expect(hasSubwords({})).toBe(false)
  refused({ table: words, vocabulary }, 'bad-input', 'has no words with n-grams')
  refused({ ...whole, vocabulary: undefined }, 'bad-input', 'has no words with n-grams')
  refused(artefactOf({ kind: 'classifier' }), 'bad-input', 'has no words with n-grams')
  refused(artefactOf({ version: 2 }), 'unsupported', 'another version')
  for (const more of [
    { minn: -1 },
    { maxn: 65 },
    { maxn: '4' },
    { bucket: 0 },
    { bucket: 2 ** 31 },
    { mean: 'some' }
  ]) {
    refused(artefactOf(more), 'corrupt-file', 'expected numbers minn, maxn and bucket')
  }
  refused(artefactOf({ bucket: 21 }), 'corrupt-file', '20 rows for 21 buckets')
  refused(artefactOf({}, { buckets: bytesTensor(packBuckets([1, 2])) }), 'corrupt-file', 'expected 20 buckets')
  const narrow = fileOf(dense(bucket, 1, new Float32Array(bucket)))
  refused(artefactOf({}, { table: bytesTensor(narrow) }), 'corrupt-file', 'rows of 1 columns beside words of 2')
  refused(artefactOf({}, { table: bytesTensor(narrow.subarray(0, 100)) }), 'corrupt-file', '')
})

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { save } from '@slimbed/core'
import { dense, load } from '@slimbed/runtime'
import { vocabularyOf } from '@slimbed/runtime/format'
import { packBuckets, subwordsOf } from '@slimbed/runtime/subwords'
import { afterAll, expect, test } from 'vitest'
import { python, run } from './python.js'

const reader = fileURLToPath(new URL('../subwords.py', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'slimbed-subwords-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const program = `
import json, sys
sys.path.insert(0, sys.argv[1])
import subwords
words = json.loads(sys.argv[3])
found = subwords.vectors(sys.argv[2], [word.encode() for word in words])
print(json.dumps([None if vector is None else [float(value) for value in vector] for vector in found]))
`

const numbers = (count: number) => Float32Array.from({ length: count }, (_, i) => Math.sin(i))
const words = ['cat', 'naïve', '</s>']
const asked = [...words, 'horse', 'слово', '𐐀', '', 'a', '日本語', 'unseen']

test.skipIf(!python).each([
  ['all buckets', 40, undefined, 'all', 2],
  ['some, others count', 25, 3, 'all', 1],
  ['some, others do not', 25, 2, 'kept', 3]
] as const)(
  `the independent reader finds vectors of unknown words: %s${python ? '' : ' (skipped: no Python with NumPy)'}`,
  async (name, rows, every, mean, minn) => {
    const [dim, bucket] = [4, every ? rows * every : rows]
    const file = await save({ table: dense(rows, dim, numbers(rows * dim)), provenance: {} })
    const buckets = every && packBuckets(Array.from({ length: rows }, (_, row) => row * every + (row % every)))
    const tensor = (data: Uint8Array) => ({ dtype: 'U8', shape: [data.length], data }) as const
    const bytes = await save({
      table: dense(3, dim, numbers(3 * dim)),
      vocabulary: vocabularyOf(words),
      provenance: {},
      extra: {
        config: { kind: 'subwords', version: 1, minn, maxn: 4, bucket, mean },
        tensors: { table: tensor(file), ...(buckets && { buckets: tensor(buckets) }) }
      }
    })
    const path = join(folder, `${name}.safetensors`)
    writeFileSync(path, bytes)
    const { ok, output, errors } = run(['-c', program, dirname(reader), path, JSON.stringify(asked)])
    expect([ok, errors]).toEqual([true, ''])
    const { vector } = subwordsOf(load(bytes))
    const ours = asked.map((word) => vector(word) ?? null)
    const theirs: (number[] | null)[] = JSON.parse(output)
    expect(ours.map((values) => values === null)).toEqual(theirs.map((values) => values === null))
    ours.forEach((values, i) => {
      values?.forEach((value, j) => {
        expect(value, asked[i]).toBeCloseTo(theirs[i]?.[j] ?? Number.NaN, 6)
      })
    })
  }
)

import { fixedpoint } from '@slimbed/fixedpoint'
import { dataFolder, hasData, titleIf } from '@slimbed/testing'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { rewriteTfjs, tfjsTables } from '../src/index.js'
import { folderInput, inputOf, loaded, run, tf } from './support.js'

const folder = `${dataFolder}/models/tfjs-guesslang`
const present = hasData('models/tfjs-guesslang')
const titled = titleIf(present, 'the public data is not there')

const texts = [
  'def main(args):\n    for line in open(args[1]):\n        print(line.strip())\n',
  'fn main() { let v: Vec<u32> = (0..10).map(|x| x * x).collect(); println!("{:?}", v); }',
  '#include <stdio.h>\nint main(void) { printf("%d\\n", 3); return 0; }',
  'SELECT name, count(*) FROM users WHERE age > 3 GROUP BY name ORDER BY 2 DESC;',
  '<html><head><title>x</title></head><body><p class="a">text</p></body></html>',
  'package main\nimport "fmt"\nfunc main() {\n\tfmt.Println("hello")\n}',
  'public class Main { public static void main(String[] args) { System.out.println(1); } }',
  '{"a": [1, 2, {"b": null}], "c": "text"}',
  'body { margin: 0; } .wide > a:hover { color: #fff; display: flex; }',
  '#!/bin/bash\nset -e\nfor f in *.txt; do grep -c x "$f" | awk \'{ print $1 }\'; done'
]

const scoresOf = async (model: Awaited<ReturnType<typeof loaded>>) => {
  const scores: number[][] = []
  for (const text of texts) {
    const input = tf.tensor1d([text], 'string')
    const [{ data }] = await run(model, { 'Placeholder:0': input }, ['head/predictions/probabilities:0'], true)
    scores.push(data.map(Number))
  }
  return scores
}

// The model has a loop, in which tfjs 4 disposes of tensors that a list still holds, unless it keeps all; tfjs 3 runs it without.
beforeAll(() => {
  vi.spyOn(console, 'warn').mockImplementation(() => {})
  tf.env().set('KEEP_INTERMEDIATE_TENSORS', true)
})
afterAll(() => {
  tf.env().set('KEEP_INTERMEDIATE_TENSORS', false)
  vi.restoreAllMocks()
})

const best = (scores: readonly number[]) => scores.indexOf(Math.max(...scores))

test.skipIf(!present)(titled('a classifier of programs says the same with tables of half the bytes'), async () => {
  const input = folderInput(folder)
  const tables = await tfjsTables(input)
  expect(tables.map(({ rows, dim, lookups }) => [rows, dim, lookups])).toEqual([
    [5000, 70, 1],
    [5000, 54, 1]
  ])
  const stage = fixedpoint({ bits: 4, clip: 'mse' })
  const made = await rewriteTfjs(input, { pipeline: stage, tables: tables.map(({ name }) => name) })
  for (const { bytes, verified } of made.tables) {
    expect(bytes.after).toBeLessThan(0.56 * bytes.before)
    expect(verified).toEqual({ rows: 5000, largestDifference: 0 })
  }
  await tf.setBackend('cpu')
  const before = await scoresOf(await loaded(input))
  const after = await scoresOf(await loaded(inputOf(made)))
  expect(after.map(best)).toEqual(before.map(best))
  const changes = after.map((scores, i) => Math.abs(scores[best(scores)] - before[i][best(scores)]))
  expect(Math.max(...changes)).toBeLessThan(0.2)
})

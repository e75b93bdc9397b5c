import { createTensor, denseOf } from '@slimbed/core'
import { dense } from '@slimbed/runtime'
import { vocabularyOf } from '@slimbed/runtime/format'
import { expect, test } from 'vitest'
import { evaluate, isotropy, parseTasks, subjectOf } from '../src/index.js'
import { utf8 } from './support.js'

const [rows, dim] = [2000, 6]
const data = Float32Array.from({ length: rows * dim }, (_, i) => Math.sin(i * i))
const words = vocabularyOf(Array.from({ length: rows }, (_, row) => `w${row}`))

/** A table on disk, as it were: it counts the rows that are read from it. */
function onDisk() {
  const seen = { most: 0 }
  const read = async (start: number, count: number) => {
    seen.most = Math.max(seen.most, count)
    return data.slice(start * dim, (start + count) * dim)
  }
  return { table: denseOf({ rows, dim, read }), seen }
}

const file = (name: string, text: string) => ({ name, bytes: utf8(text) })
const { tasks } = parseTasks([
  file('pairs.tsv', 'w1\tw5\t3\nw7\tw9\t1\nw1000\tw1999\t2\nnone\tw3\t5\n'),
  file('questions.txt', ': s\nw1 w2 w3 w4\nw1999 w5 w6 w7\n'),
  file('groups.csv', `word,class\n${Array.from({ length: 200 }, (_, i) => `w${i * 9},${i % 3}`).join('\n')}\n`),
  file('sentences.all', Array.from({ length: 60 }, (_, i) => `${i % 2} w${i} w${i * 3} none\n`).join(''))
])

test('tables whose rows are read in blocks do on every task what they do in memory', async () => {
  expect(tasks.map(({ kind }) => kind)).toEqual(['similarity', 'analogy', 'categorization', 'classification'])
  const context = { tensor: await createTensor({ threads: 1 }), seed: 0 }
  const inMemory = await evaluate(subjectOf(dense(rows, dim, data), words), tasks, context)
  const inBlocks = await evaluate(subjectOf(onDisk().table, words), tasks, context)
  expect(inBlocks.outcomes.map(({ score }) => score)).toEqual(inMemory.outcomes.map(({ score }) => score))
  expect(inMemory.outcomes.length).toBe(6)
  expect(await isotropy(onDisk().table, context)).toBe(await isotropy(dense(rows, dim, data), context))
  await context.tensor.close()
})

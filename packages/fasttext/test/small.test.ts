import { readFileSync } from 'node:fs'
import { bytesSource } from '@slimbed/runtime'
import { describe, expect, test } from 'vitest'
import { classifierOf, openFastText, wordVectors } from '../src/index.js'

interface Facts {
  readonly words: readonly (readonly [word: string, vector: readonly number[]])[]
  readonly lines?: readonly (readonly [line: string, labels: readonly (readonly [string, number])[]])[]
}

const golden = (name: string) => readFileSync(new URL(`golden/${name}`, import.meta.url))
const small: Readonly<Record<string, Facts>> = JSON.parse(golden('small.json').toString())

describe.each(Object.entries(small))('%s, trained by the official library', (name, { words, lines }) => {
  const open = () => openFastText(bytesSource(name, golden(name)))

  test('vectors of words, to the bit', async () => {
    const model = await open()
    const vectors = await wordVectors(model)
    expect(words.map(([word]) => [word, [...vectors.vector(word)]])).toEqual(words)
    const { rows, dim } = vectors.matrix
    const known = await vectors.matrix.read(0, rows)
    for (let row = 0; row < rows; row++) {
      expect(known.subarray(row * dim, (row + 1) * dim)).toEqual(vectors.vector(model.words.word(row)))
    }
  })

  test.skipIf(!lines)('labels of lines', async () => {
    const { predict } = await classifierOf(await open())
    for (const [line, labels] of lines ?? []) {
      const found = predict(line, { k: Math.max(1, labels.length) })
      expect(found.length).toBe(labels.length)
      const probabilities = new Map(labels)
      for (const { label, probability } of found) {
        expect(Math.abs(probability - (probabilities.get(label) ?? Number.NaN)), `${line}: ${label}`).toBeLessThan(1e-6)
      }
    }
  })
})

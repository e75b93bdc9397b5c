import { readFileSync } from 'node:fs'
import { bytesSource } from '@slimbed/runtime'
import { crc32, hex8 } from '@slimbed/runtime/format'
import { dataFolder, hasData, titleIf } from '@slimbed/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Classifier, classifierOf, openFastText, type WordVectors, wordVectors } from '../src/index.js'

type Labels = readonly (readonly [label: string, probability: number])[]

/** What the official library finds, as `golden/make.py` writes it. */
interface Golden {
  readonly words: readonly (readonly [word: string, crc: string])[]
  readonly lines: readonly (readonly [line: string, labels: Labels])[]
}

interface OfLanguages extends Golden {
  readonly of: readonly string[]
  readonly vectors: readonly (readonly number[])[]
  readonly all: Labels
  readonly likely: Labels
}

const folder = 'models/fasttext'
const present = hasData(folder)
const title = titleIf(present, `no ${folder}`)

const goldenOf = (name: string) => JSON.parse(readFileSync(new URL(`golden/${name}`, import.meta.url), 'utf8'))
const told = (labels: Labels) => labels.map(([label]) => label)

async function open(name: string) {
  const model = await openFastText(bytesSource(name, readFileSync(`${dataFolder}/${folder}/${name}`)))
  return { vectors: await wordVectors(model), classifier: await classifierOf(model) }
}

/** The checksum of the vector of each word. */
const sumsOf = ({ vector }: WordVectors, words: Golden['words']) =>
  words.map(([word]) => [word, hex8(crc32(new Uint8Array(vector(word).buffer)))])

function expectSame({ predict }: Classifier, lines: Golden['lines'], k: number): void {
  for (const [line, labels] of lines) {
    const found = predict(line, { k })
    expect([line, found.map(({ label }) => label)]).toEqual([line, told(labels)])
    for (const [i, { probability }] of found.entries()) {
      expect(Math.abs(probability - labels[i][1]), line).toBeLessThan(1e-6)
    }
  }
}

describe.skipIf(!present)(title('models of others, beside the official library'), () => {
  describe('language identification in 176 languages', () => {
    const golden: OfLanguages = goldenOf('lid.176.json')
    let vectors: WordVectors
    let classifier: Classifier
    beforeAll(async () => {
      ;({ vectors, classifier } = await open('lid.176.ftz'))
    })

    test('vectors of 2,057 words, known and unknown, in 31 scripts, to the bit', () => {
      expect(golden.of.map((word) => [...vectors.vector(word)])).toEqual(golden.vectors)
      expect(sumsOf(vectors, golden.words)).toEqual(golden.words)
      expect(golden.words.length).toBe(2057)
    })

    test('the three best labels of 500 lines, and their probabilities', () => {
      expectSame(classifier, golden.lines, 3)
      expect(golden.lines.length).toBe(500)
    })

    test('all labels, and those above a threshold', () => {
      const [[line]] = golden.lines
      const labels = (threshold: number) => classifier.predict(line, { k: 1000, threshold }).map(({ label }) => label)
      expect(labels(0)).toEqual(told(golden.all))
      expect(labels(0.05)).toEqual(told(golden.likely))
    })
  })

  test('polarity of reviews: vectors to the bit, labels, probabilities', async () => {
    const golden: Golden = goldenOf('polarity.json')
    const { vectors, classifier } = await open('pang_lee_polarity_fasttext.bin')
    expect(sumsOf(vectors, golden.words)).toEqual(golden.words)
    expectSame(classifier, golden.lines, 2)
  })
})

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { bytesSource } from '@slimbed/runtime'
import { pythonWith, runPython, titleIf } from '@slimbed/testing'
import { describe, expect, test } from 'vitest'
import { openFastText, wordVectors } from '../src/index.js'

const python = pythonWith('gensim')
const title = titleIf(python, 'no Python with gensim')

const program = `
import json, sys
from gensim.models.fasttext import load_facebook_vectors
vectors = load_facebook_vectors(sys.argv[1])
words = json.loads(sys.argv[2])
print(json.dumps([vectors.index_to_key, [[float(x) for x in vectors[word]] for word in words]]))
`

describe.skipIf(!python)(title('gensim'), () => {
  test('finds the same words and vectors', async () => {
    const path = fileURLToPath(new URL('golden/skipgram.bin', import.meta.url))
    const model = await openFastText(bytesSource(path, readFileSync(path)))
    const { vector } = await wordVectors(model)
    const own = Array.from({ length: model.words.size }, (_, row) => model.words.word(row))
    // To gensim the end of a line has n-grams, to fastText it has none.
    const asked = [...own.filter((word) => word !== '</s>'), 'unknown', 'слово', '𐐀𐐁', 'a']
    const [words, found] = runPython(python, ['-c', program, path, JSON.stringify(asked)]) as [string[], number[][]]
    expect(own).toEqual(words)
    expect(found.length).toBeGreaterThan(180)
    found.forEach((values, i) => {
      vector(asked[i]).forEach((value, j) => {
        expect(value, `${asked[i]}[${j}]`).toBeCloseTo(values[j], 6)
      })
    })
  })
})

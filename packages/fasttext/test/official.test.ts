import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTensor } from '@slimbed/core'
import { writeAtomically } from '@slimbed/io/node'
import { bytesSource } from '@slimbed/runtime'
import { pythonWith, runPython, titleIf } from '@slimbed/testing'
import { afterAll, describe, expect, test } from 'vitest'
import { classifierOf, openFastText, rewriteFastText, wordVectors } from '../src/index.js'

// pip install fasttext-wheel, in a virtual environment whose Python is $PYTHON.
const python = pythonWith('fasttext')
const title = titleIf(python, "no Python with fastText's own package")

const program = `
import json, sys
import fasttext
fasttext.FastText.eprint = lambda _: None
model = fasttext.load_model(sys.argv[1])
words, lines = json.loads(sys.argv[2]), json.loads(sys.argv[3])
labels = [[label for _, label in model.f.predict(line + "\\n", 3, 0.0, "strict")] for line in lines]
print(json.dumps([[[float(x) for x in model.get_word_vector(word)] for word in words], labels]))
`

const folder = mkdtempSync(join(tmpdir(), 'slimbed-fasttext-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const golden = (name: string) => readFileSync(new URL(`golden/${name}`, import.meta.url))

describe.skipIf(!python)(title('the official library loads what is written, and finds the same'), () => {
  test.each([
    ['hs.bin', {}],
    ['ova.bin', { norms: false }],
    ['ns.bin', { rows: 260 }],
    ['output.ftz', {}],
    ['pruned.ftz', { rows: 150 }],
    ['skipgram.bin', {}],
    ['skipgram.bin', { rows: 150, norms: false }],
    ['cbow.bin', { parts: 2 }],
    ['words.bin', { rows: 100 }]
  ] as const)('%s with %o', async (name, options) => {
    const model = await openFastText(bytesSource(name, golden(name)))
    const tensor = await createTensor({ backend: 'cpu', threads: 1 })
    const path = join(folder, 'written.ftz')
    writeFileSync(path, '')
    await writeAtomically(path, (sink) => rewriteFastText(model, sink, { tensor, ...options }))
    await tensor.close()
    const found = await openFastText(bytesSource(path, readFileSync(path)))
    const words = ['unknown', 'слово', '</s>', found.words.word(0), found.words.word(found.words.size - 1)]
    const lines = model.args.model === 'supervised' ? [found.words.word(1), words.join(' ')] : []
    const [vectors, labels] = runPython(python, [
      '-c',
      program,
      path,
      JSON.stringify(words),
      JSON.stringify(lines)
    ]) as [number[][], string[][]]
    const { vector } = await wordVectors(found)
    expect(words.map((word) => [...vector(word)])).toEqual(vectors)
    if (lines.length === 0) return
    const { predict } = await classifierOf(found)
    // Labels that are as probable come in any order.
    const ours = lines.map((line) => predict(line, { k: 3 }).map(({ label }) => label))
    expect(ours.map((found) => found.sort())).toEqual(labels.map((found) => found.sort()))
  })
})

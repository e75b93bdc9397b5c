import { readFileSync } from 'node:fs'
import { createTensor, denseOf, type TensorAdapter } from '@slimbed/core'
import { measure } from '@slimbed/core/measure'
import { bytesSource } from '@slimbed/runtime'
import { dataFolder, hasData, refusal, titleIf } from '@slimbed/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openFastText, type RewriteFastTextOptions, rewriteFastText, wordVectors } from '../src/index.js'
import { matrixOfStored } from '../src/rewrite/verify.js'

const golden = (name: string) => readFileSync(new URL(`golden/${name}`, import.meta.url))
const open = (name: string, bytes: Uint8Array = golden(name)) => openFastText(bytesSource(name, bytes))

let tensor: TensorAdapter
beforeAll(async () => {
  tensor = await createTensor({ backend: 'cpu', threads: 1 })
})
afterAll(() => tensor.close())

/** Writes into memory; `damage` changes what is read back. */
function memory(damage: (bytes: Uint8Array, at: number) => void = () => {}) {
  let bytes = new Uint8Array()
  return {
    bytes: () => bytes,
    async write(piece: Uint8Array, at: number) {
      const grown = new Uint8Array(Math.max(bytes.length, at + piece.length))
      grown.set(bytes)
      grown.set(piece, at)
      bytes = grown
    },
    async read(at: number, count: number) {
      const piece = bytes.slice(at, at + count)
      damage(piece, at)
      return piece
    }
  }
}

async function rewritten(name: string, options: Partial<RewriteFastTextOptions> = {}, bytes?: Uint8Array) {
  const model = await open(name, bytes)
  const sink = memory()
  const made = await rewriteFastText(model, sink, { tensor, ...options })
  expect(made.bytes).toBe(sink.bytes().length)
  return { model, made, found: await open(name, sink.bytes()), bytes: sink.bytes() }
}

const names = [
  'softmax.bin',
  'hs.bin',
  'ova.bin',
  'ns.bin',
  'skipgram.bin',
  'cbow.bin',
  'words.bin',
  'pruned.ftz',
  'output.ftz'
]

describe('models that are written', () => {
  test.each(names)('%s: what is read back is what was meant, and errors are small', async (name) => {
    const { model, made, found } = await rewritten(name, { parts: 5 })
    const { input, output, tokens, words, labels, args } = found
    expect([input.kind, input.rows, tokens, words.size, labels.size]).toEqual([
      'quantized',
      model.input.rows,
      model.tokens,
      model.words.size,
      model.labels.size
    ])
    expect(args).toEqual(model.args)
    expect(output.rows).toBe(args.model === 'supervised' ? model.output.rows : 0)
    expect(made.input.relativeError).toBeLessThan(0.05)
    const errors = await measure((await wordVectors(model)).matrix, denseOf((await wordVectors(found)).matrix), {
      tensor
    })
    expect(made.words.relativeError).toBeCloseTo(errors.relativeError, 6)
    expect(made.words.meanCosine).toBeGreaterThan(0.98)
  })

  test('the same bytes for any number of threads', async () => {
    const threads = await createTensor({ backend: 'cpu', threads: 2 })
    const { bytes } = await rewritten('skipgram.bin', { norms: false, parts: 3 })
    const { bytes: others } = await rewritten('skipgram.bin', { norms: false, parts: 3, tensor: threads })
    await threads.close()
    expect(others).toEqual(bytes)
  })

  test.each([
    ['hs.bin', 'plain.ftz', false, 3],
    ['ova.bin', 'scaled.ftz', true, 3]
  ] as const)(
    'codes of %s have no more error than those of the official library',
    async (name, official, norms, parts) => {
      const { model, made } = await rewritten(name, { norms, parts })
      const { input } = await open(official)
      const theirs = await measure(matrixOfStored(model.input, name), denseOf(matrixOfStored(input, name)), { tensor })
      expect(made.input.relativeError).toBeLessThanOrEqual(theirs.relativeError)
    }
  )

  test('a classifier keeps its labels on texts', async () => {
    const lines = JSON.parse(golden('small.json').toString())['ova.bin'].lines as [string][]
    const texts = lines.map(([line]) => line).filter((line) => line.includes(' '))
    const { made } = await rewritten('ova.bin', { texts })
    expect(made.checked).toMatchObject({ texts: texts.length, sameLabel: 1 })
    expect(made.checked?.labelled?.after).toBe(made.checked?.labelled?.before)
    const words = await rewritten('skipgram.bin', { texts })
    expect(words.made.checked?.meanCosine).toBeGreaterThan(0.98)
  })

  test('some rows: the most important words and n-grams', async () => {
    const { model, found, made } = await rewritten('skipgram.bin', { rows: 200, parts: 5 })
    expect([found.input.rows, made.input.rows]).toEqual([200, 200])
    expect(found.words.size + (found.kept?.buckets.length ?? 0)).toBe(200)
    expect(found.words.find('</s>')).toBeGreaterThanOrEqual(0)
    for (let row = 0; row < found.words.size; row++) {
      const before = model.words.find(found.words.word(row))
      expect(found.words.counts[row]).toBe(model.words.counts[before])
    }
    const all = await rewritten('skipgram.bin', { rows: 10_000, parts: 5 })
    expect([all.found.kept, all.found.input.rows]).toEqual([undefined, model.input.rows])
    const again = await rewritten('pruned.ftz', { rows: 150 })
    expect(again.found.input.rows).toBe(150)
    const classifier = await rewritten('ns.bin', { rows: 270 })
    expect(classifier.found.words.size + (classifier.found.kept?.buckets.length ?? 0)).toBe(270)
  })

  test('what is not read back as it was meant is refused, wherever that is', async () => {
    const { bytes } = await rewritten('pruned.ftz')
    const model = await open('pruned.ftz')
    for (let at = 0; at < bytes.length; at += 97) {
      const sink = memory((piece, start) => {
        if (at >= start && at < start + piece.length) piece[at - start] ^= 1
      })
      expect(await refusal(() => rewriteFastText(model, sink, { tensor })), `byte ${at}`).not.toBe('accepted')
    }
  })

  test('options that do not fit are refused', async () => {
    const model = await open('skipgram.bin')
    const refused = (options: object) => refusal(() => rewriteFastText(model, memory(), { tensor, ...options }))
    expect(await refused({ parts: 6 })).toBe('bad-option: parts: expected 1 to 5, the columns, not 6')
    expect(await refused({ parts: 0 })).toMatch(/^bad-option: parts/)
    expect(await refused({ rows: 0 })).toMatch(/^bad-option: rows/)
    expect(await refused({ signal: AbortSignal.abort() })).toMatch(/^aborted/)
  })

  const path = 'models/fasttext/pang_lee_polarity_fasttext.bin'
  test.skipIf(!hasData(path))(
    titleIf(hasData(path), `no ${path}`)('words that are not UTF-8 stay as they are'),
    async () => {
      const { model, found } = await rewritten('polarity', { parts: 50 }, readFileSync(`${dataFolder}/${path}`))
      expect(found.words.bytes).toEqual(model.words.bytes)
    }
  )
})

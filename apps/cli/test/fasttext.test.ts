import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openFastText, wordVectors } from '@slimbed/fasttext'
import { bytesSource, load } from '@slimbed/runtime'
import { subwordsOf } from '@slimbed/runtime/subwords'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { contents } from './support/folder.js'
import { output, slimbed } from './support/run.js'

const golden = fileURLToPath(new URL('../../../packages/fasttext/test/golden/', import.meta.url))
const names = ['skipgram.bin', 'cbow.bin', 'words.bin', 'hs.bin', 'pruned.ftz']

const folder = mkdtempSync(join(tmpdir(), 'slimbed cli '))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
beforeAll(() => {
  for (const name of names) copyFileSync(join(golden, name), join(folder, name))
})

const open = (name: string) => openFastText(bytesSource(name, readFileSync(join(folder, name))))
const artefact = (name: string) => load(readFileSync(join(folder, name)))

describe('fastText models', () => {
  test('compress keeps the n-grams, by which unknown words have vectors', async () => {
    const text = await output(folder, 'compress', 'skipgram.bin', '-o', 'a.safetensors', '-p', 'fixedpoint(bits=16)')
    expect(text).toMatch(/n-grams: \d+ × 5 in \S+ kB, relative error 1\.1e-5/)
    const read = artefact('a.safetensors')
    const { vector } = subwordsOf(read)
    const { vector: original } = await wordVectors(await open('skipgram.bin'))
    const known = read.vocabulary?.word(4) ?? ''
    for (const word of [known, 'unknown', 'слово']) {
      const expected = original(word)
      vector(word)?.forEach((value, j) => {
        expect(Math.abs(value - expected[j]), word).toBeLessThan(1e-4)
      })
    }
    expect(read.vocabulary?.counts?.[0]).toBeGreaterThan(10)
  })

  test('--subwords all keeps n-grams of no word, too: vectors of unknown words as fastText has them', async () => {
    const args = ['-p', 'fixedpoint(bits=16)', '--json']
    const ngrams = async (which: string) => {
      const made = ['compress', 'cbow.bin', '-o', `${which}.safetensors`, ...args, '--subwords', which]
      return JSON.parse(await output(folder, ...made)).ngrams.rows
    }
    expect(await ngrams('all')).toBe(1500)
    expect(await ngrams('used')).toBeLessThan(1400)
    const { vector } = subwordsOf(artefact('all.safetensors'))
    const { vector: original } = await wordVectors(await open('cbow.bin'))
    for (const word of ['unknown', 'слово', 'ab']) {
      expect([...(vector(word) ?? [])].map((value, j) => Math.abs(value - original(word)[j]) < 1e-4)).not.toContain(
        false
      )
    }
  })

  test('--subwords none, and models without n-grams, give plain tables', async () => {
    await output(folder, 'compress', 'skipgram.bin', '-o', 'none.safetensors', '-p', 'fixedpoint', '--subwords', 'none')
    await output(folder, 'compress', 'words.bin', '-o', 'words.safetensors', '-p', 'fixedpoint')
    expect([artefact('none.safetensors').extra, artefact('words.safetensors').extra]).toEqual([undefined, undefined])
  })

  test('a second pipeline is for n-grams; inspect shows them', async () => {
    const args = ['-p', 'fixedpoint(bits=8)', '-p', 'fixedpoint(bits=4)', '--json']
    const report = JSON.parse(await output(folder, 'compress', 'hs.bin', '-o', 'two.safetensors', ...args))
    expect(report).toMatchObject({
      input: { format: 'fasttext' },

      ngrams: { rows: 300 }
    })
    const shown = JSON.parse(await output(folder, 'inspect', 'two.safetensors', '--json'))
    expect(shown.ngrams.nodes[0]).toMatchObject({ kind: 'quantized', rows: 300, dim: 5, config: { bits: 4 } })
    expect(shown.tableBytes + shown.vocabularyBytes + shown.ngrams.bytes).toBe(shown.bytes)
    expect(await output(folder, 'inspect', 'two.safetensors')).toMatch(/n-grams +\S+ kB +300 × 5, for words that/)
    const refused = await slimbed(folder, 'compress', 'two.safetensors', '-o', 'x.safetensors', ...args)
    expect([refused.status, refused.stderr]).toEqual([2, expect.stringContaining('several --pipeline are for')])
    const none = await slimbed(
      folder,
      'compress',
      'two.safetensors',
      '-o',
      'x.safetensors',
      '-p',
      'fixedpoint',
      '--subwords',
      'all'
    )
    expect([none.status, none.stderr]).toEqual([2, expect.stringContaining('no fastText model')])
    expect(contents(folder)).not.toContain('x.safetensors')
  })

  test.each(['skipgram.bin', 'all.safetensors', 'pruned.ftz'])(
    'nearest of %s finds words near an unknown one',
    async (table) => {
      const { stdout, stderr, status } = await slimbed(folder, 'nearest', table, 'abcabc', '-k', '2', '--json')
      expect(status).toBe(0)
      expect(stderr).toContain('"abcabc" is none of the words of')
      expect(JSON.parse(stdout).queries[0].neighbours).toHaveLength(2)
    }
  )

  test('compare measures against the model', async () => {
    expect(await output(folder, 'compare', 'cbow.bin', 'all.safetensors')).toMatch(/1\.0000/)
  })
})

describe('slimbed rewrite of fastText models', () => {
  test('writes word vectors that are quantized, without an output', async () => {
    const text = await output(folder, 'rewrite', 'cbow.bin', '-o', 'small.ftz', '-p', 'pq(parts=3)')
    expect(text).toMatch(/input +1,\d{3} × 5 +F32 → 3 codes and a norm/)
    expect(text).toMatch(/verified: the file was read back/)
    expect(text).toMatch(/vectors of 179 words: relative error 0\.\d+, weighted by count 0\.\d+, mean cosine 0\.9\d+/)
    const { input, output: none, words } = await open('small.ftz')
    expect([input.kind, none.rows, words.size]).toEqual(['quantized', 0, 179])
  })

  test('writes classifiers, checked on texts; --json prints one object', async () => {
    const { words } = await open('hs.bin')
    writeFileSync(join(folder, 'texts.txt'), `__label__0 ${words.word(1)}\n${words.word(5)} ${words.word(9)}\n`)
    const args = ['--check', 'texts.txt', '--no-norms', '--words', '290', '--json']
    const report = JSON.parse(await output(folder, 'rewrite', 'hs.bin', '-o', 'hs.ftz', ...args))
    expect(report).toMatchObject({
      input: { path: 'hs.bin', format: 'fasttext' },
      output: { path: 'hs.ftz', bytes: readFileSync(join(folder, 'hs.ftz')).length },
      tables: [{ name: 'input', rows: 290, dim: 5, from: 'F32', to: '3 codes' }],
      checked: { texts: 2, labelled: { texts: 1 } }
    })
    expect((await open('hs.ftz')).input.rows).toBe(290)
  })

  test.each([
    [['-p', 'fixedpoint'], /fastText reads product codes of 8 bits alone: give "pq\(parts=50\)"/],
    [['-p', 'pq(parts=3, bits=4)'], /product codes of 8 bits alone/],
    [['-p', 'pq(parts=9)'], /parts: expected 1 to 5, the columns, not 9/],
    [['--type', 'q4_0'], /--type is not for fastText/],
    [['--check', 'empty.txt'], /--check empty.txt: expected texts/],
    [['--words', '0'], /whole number from 1/]
  ])('%j is refused, and leaves no file', async (args, message) => {
    writeFileSync(join(folder, 'empty.txt'), ' \n')
    const { status, stderr } = await slimbed(folder, 'rewrite', 'hs.bin', '-o', 'refused.ftz', ...args)
    expect([status, stderr]).toEqual([2, expect.stringMatching(message)])
    expect(contents(folder)).not.toContain('refused.ftz')
  })

  test('a damaged model is refused in one line', async () => {
    writeFileSync(join(folder, 'damaged.bin'), readFileSync(join(folder, 'hs.bin')).subarray(0, 5000))
    const { status, stderr } = await slimbed(folder, 'rewrite', 'damaged.bin', '-o', 'refused.ftz')
    expect([status, stderr]).toEqual([2, expect.stringMatching(/^slimbed: damaged\.bin, byte \d+: [^\n]+\n$/)])
    expect(contents(folder)).not.toContain('refused.ftz')
  })
})

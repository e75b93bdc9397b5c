import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { vocabularyOf } from '@slimbed/runtime/format'
import { afterAll, expect, test } from 'vitest'
import { writeVectors } from '../../src/node/index.js'
import { matrixOver } from '../support.js'

const folder = mkdtempSync(join(tmpdir(), 'slimbed-elsewhere-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Writes words with the numbers of their rows; gives the warnings. */
async function write(path: string, words: readonly string[]): Promise<string[]> {
  const matrix = matrixOver(
    Float32Array.from({ length: words.length * 2 }, (_, i) => i / 4),
    2
  )
  const warnings: string[] = []
  await writeVectors(path, { matrix, vocabulary: vocabularyOf(words) }, { warn: (message) => warnings.push(message) })
  return warnings
}

const python = ['/usr/bin/python3', 'python3'].find(
  (command) => spawnSync(command, ['-W', 'ignore', '-c', 'import gensim']).status === 0
)
const script = `
import json, sys
from gensim.models import KeyedVectors
vectors = KeyedVectors.load_word2vec_format(sys.argv[1], binary=sys.argv[1].endswith('.bin'), no_header=sys.argv[1].endswith('.txt'))
print(json.dumps([vectors.index_to_key, vectors.vectors.tolist()]))`
const gensim = (path: string): unknown => {
  const { status, stdout } = spawnSync(python ?? '', ['-W', 'ignore', '-c', script, path], { encoding: 'utf8' })
  return status === 0 ? JSON.parse(stdout) : undefined
}

const plain = ['the', 'naïve', '中文', '😀', '"', '12', '<unk>']
const odd = ['a\u00a0b', 'a\tb', 'a\u2028b', 'a\u3000']

test('words that other programs cannot read are told of when they are written', async () => {
  for (const format of ['vec', 'txt']) {
    const path = join(folder, `words.${format}`)
    expect(await write(path, plain)).toEqual([])
    expect(await write(path, ['the', '. . .', 'new york', '', ' a', 'a\u00a0b', 'of', 'sea', 'sky', 'sun'])).toEqual([
      `.${format}: 3 of 10 words have spaces, which gensim and word2vec cannot read in it (.safetensors holds them), such as ". . ."`,
      `.${format}: 1 of 10 words have tabs or other white space, at which some programs split lines, such as "a\u00a0b"`,
      `.${format}: 1 of 10 rows have no word; most programs keep one of them`
    ])
  }
  expect(await write(join(folder, 'words.bin'), ['the', 'a\u00a0b'])).toEqual([])
})

test.skipIf(!python)(
  `gensim reads what is written without a word of spaces${python ? '' : ' (skipped: no gensim)'}`,
  async () => {
    const words = [...plain, ...odd]
    for (const format of ['vec', 'txt', 'bin']) {
      const path = join(folder, `gensim.${format}`)
      await write(path, words)
      expect(gensim(path)).toEqual([words, words.map((_, row) => [row / 2, row / 2 + 0.25])])
    }
    await write(join(folder, 'spaces.vec'), ['the', 'new york', 'sea', 'sky'])
    expect(gensim(join(folder, 'spaces.vec'))).toBeUndefined()
  }
)

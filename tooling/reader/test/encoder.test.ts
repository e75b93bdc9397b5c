import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { save } from '@slimbed/core'
import { type EncoderSettings, encoderExtra, loadEncoder } from '@slimbed/encoder'
import { dense, gather } from '@slimbed/runtime'
import { unpackTokenizer } from '@slimbed/tokenizer'
import { packTokenizer, tokenizerJson } from '@slimbed/tokenizer/pack'
import { afterAll, describe, expect, test } from 'vitest'
import { python, run } from './python.js'

const reader = fileURLToPath(new URL('../encoder.py', import.meta.url))
const golden = fileURLToPath(new URL('../../../packages/tokenizer/test/golden/tokenizers.json', import.meta.url))
const { texts, kinds }: { texts: string[]; kinds: Record<string, { tokenizer: object }> } = JSON.parse(
  readFileSync(golden, 'utf8')
)
const folder = mkdtempSync(join(tmpdir(), 'slimbed-encoder-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const program = `
import json, sys
sys.path.insert(0, sys.argv[1])
from encoder import Encoder
asked = json.load(open(sys.argv[3]))
model = Encoder(sys.argv[2])
vectors = [[float(value) for value in model.vector(numbers, asked["unknown"])] for numbers in asked["numbers"]]
print(json.dumps({"tokenizer": model.tokenizer, "texts": [model.text(text) for text in asked["texts"]], "vectors": vectors}))
`

const dim = 6
const numbers = (count: number, seed: number) =>
  Float32Array.from({ length: count }, (_, i) => Math.sin(seed + 1.7 * i))

const variants: readonly EncoderSettings[] = [
  { normalize: true, skipUnknown: true },
  { normalize: false, skipUnknown: false, maxLength: 3, maxCharacters: 9, prompt: 'find: ' }
]

describe.each(Object.entries(kinds))('%s', (name, { tokenizer: json }) => {
  test.skipIf(!python).each(variants)(
    `the independent reader has the same tokenizer and vectors: %j${python ? '' : ' (skipped: no Python with NumPy)'}`,
    async (settings) => {
      const tokenizer = packTokenizer(json)
      const { size } = unpackTokenizer(tokenizer)
      const index = Uint16Array.from({ length: size }, (_, token) => (token * 7) % 50)
      const table = gather(index, dense(50, dim, numbers(50 * dim, 1)))
      const extra = encoderExtra({ settings, tokenizer, weights: numbers(size, 2) })
      const bytes = await save({ table, extra, provenance: {} })
      const loaded = await loadEncoder(bytes)
      const path = join(folder, `${name}.safetensors`)
      writeFileSync(path, bytes)
      const some = texts.slice(0, 12).map((text) => text.replace(/\p{Cs}/gu, '\ufffd'))
      const input = some.map((text) =>
        Array.from((settings.prompt ?? '') + text)
          .slice(0, settings.maxCharacters)
          .join('')
      )
      const ids = input.map((text) => [...loaded.tokenizer.encode(text, { maxLength: Infinity })])
      const asked = join(folder, 'asked.json')
      writeFileSync(asked, JSON.stringify({ texts: some, numbers: ids, unknown: loaded.tokenizer.unknown ?? null }))
      const { output, errors } = run(['-c', program, dirname(reader), path, asked])
      expect(errors).toBe('')
      const found = JSON.parse(output)
      expect(found.tokenizer).toEqual(JSON.parse(JSON.stringify(tokenizerJson(tokenizer))))
      expect(found.texts).toEqual(input)
      const ours = loaded.encode(some)
      found.vectors.flat().forEach((value: number, i: number) => {
        expect(value).toBeCloseTo(ours[i], 5)
      })
    }
  )
})

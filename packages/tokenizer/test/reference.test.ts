import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { pythonWith, runPython } from '@slimbed/testing'
import { describe, expect, test } from 'vitest'
import { type Tokenizer, tokenizerFrom, unpackTokenizer } from '../src/index.js'
import { packTokenizer } from '../src/pack.js'

/** What the Python library made of texts. */
interface Fuzz {
  readonly tokenizer: object
  readonly texts: readonly string[]
  readonly ids: readonly (readonly number[])[]
  /** With special tokens, of the first texts or all. */
  readonly special: readonly (readonly number[])[]
}

const golden: { readonly texts: readonly string[]; readonly kinds: Readonly<Record<string, Omit<Fuzz, 'texts'>>> } =
  JSON.parse(readFileSync(new URL('golden/tokenizers.json', import.meta.url), 'utf8'))
const script = fileURLToPath(new URL('../reference/reference.py', import.meta.url))
const python = pythonWith('tokenizers')
const count = Number(process.env.SLIMBED_FUZZ ?? 400)

/** The texts whose ids differ. */
function different(tokenizer: Tokenizer, { texts, ids, special }: Fuzz): readonly string[] {
  const same = (text: string, specialTokens: boolean, expected: readonly number[] | undefined) =>
    expected === undefined || tokenizer.encode(text, { specialTokens }).join() === expected.join()
  return texts.filter((text, i) => !(same(text, false, ids[i]) && same(text, true, special[i])))
}

describe.each(Object.entries(golden.kinds))('%s', (name, kind) => {
  test('has the ids of the Python library, as they were recorded', () => {
    expect(different(tokenizerFrom(kind.tokenizer), { ...kind, texts: golden.texts })).toEqual([])
  })

  test.skipIf(!python)(`has the ids of the Python library for ${count} random texts (pip install tokenizers)`, () => {
    const fuzz = runPython(python, [script, 'fuzz', name, String(count), process.env.SLIMBED_FUZZ_SEED ?? '2']) as Fuzz
    expect(fuzz.texts.length).toBe(count)
    expect(different(tokenizerFrom(fuzz.tokenizer), fuzz)).toEqual([])
    expect(different(unpackTokenizer(packTokenizer(fuzz.tokenizer)), fuzz)).toEqual([])
  })
})

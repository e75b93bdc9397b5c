import { refusal } from '@slimbed/testing'
import { describe, expect, test } from 'vitest'
import { tokenizerFrom } from '../src/index.js'

const vocab = { '[UNK]': 0, a: 1, b: 2, ab: 3, '##b': 4 }
const wordPiece = { type: 'WordPiece', unk_token: '[UNK]', vocab }
const bpe = { type: 'BPE', vocab, merges: [['a', 'b']] }
const unigram = { type: 'Unigram', unk_id: 0, vocab: [['<unk>', 0], ['a', -1], ['ab', -2.5]] } // biome-ignore format: short
const told = (json: unknown, text = 'ab') => refusal(() => tokenizerFrom(json).encode(text))
const nested = (depth: number, key: string) => {
  let part: object = { type: 'Sequence', [key]: [] }
  for (let i = 0; i < depth; i++) part = { type: 'Sequence', [key]: [part] }
  return part
}

describe('what is not known is refused by name', () => {
  test.each([
    [{ model: { ...wordPiece, type: 'Transducer' } }, 'unsupported: tokenizer.json: model: the model "Transducer"'],
    [
      { model: wordPiece, normalizer: { type: 'Rot13' } },
      'unsupported: tokenizer.json: normalizer: the normalizer "Rot13"'
    ],
    [
      { model: wordPiece, pre_tokenizer: { type: 'Sequence', pretokenizers: [{ type: 'UnicodeScripts' }] } },
      'unsupported: tokenizer.json: pre_tokenizer.pretokenizers[0]: the pre-tokenizer "UnicodeScripts"'
    ],
    [
      { model: wordPiece, post_processor: { type: 'X' } },
      'unsupported: tokenizer.json: post_processor: the post-processor "X"'
    ],
    [{ model: { ...bpe, dropout: 0.1 } }, 'unsupported: tokenizer.json: model.dropout: 0.1: tokens would be random'],
    [{ model: wordPiece, version: '2.0' }, 'unsupported: tokenizer.json: version "2.0"'],
    [
      { model: wordPiece, normalizer: { type: 'Replace', pattern: { Regex: '(a+)+$' }, content: '' } },
      'unsupported: tokenizer.json: normalizer.pattern.Regex: the pattern "(a+)+$": a repetition of repetitions'
    ],
    [
      {
        model: wordPiece,
        pre_tokenizer: { type: 'Split', pattern: { Regex: 'x'.repeat(20_000) }, behavior: 'Isolated' }
      },
      'unsupported: tokenizer.json: pre_tokenizer.pattern.Regex: a pattern of more than 10000 characters'
    ],
    [
      { model: wordPiece, pre_tokenizer: { type: 'Split', pattern: { String: 'x' }, behavior: 'Doubled' } },
      'unsupported: tokenizer.json: pre_tokenizer.behavior: the behavior "Doubled"'
    ]
  ])('%j', async (json, message) => {
    expect(await told(json)).toBe(message)
  })

  test.each(['normalizers', 'pretokenizers', 'processors'])('sequences of sequences: %s', async (key) => {
    const part = { normalizers: 'normalizer', pretokenizers: 'pre_tokenizer', processors: 'post_processor' }[key] ?? ''
    expect(await told({ model: wordPiece, [part]: nested(5000, key) })).toMatch(/^unsupported: .*sequences too deep$/)
    expect(await told({ model: wordPiece, [part]: nested(5, key) })).toBe('accepted')
  })
})

describe('what grows and grows is refused', () => {
  const times = (count: number, part: object) => Array.from({ length: count }, () => part)

  test('texts that are replaced by longer ones', async () => {
    const double = { type: 'Replace', pattern: { String: 'a' }, content: 'aa' }
    const json = { model: wordPiece, normalizer: { type: 'Sequence', normalizers: times(60, double) } }
    expect(await told(json, 'a')).toMatch(/^too-large: tokenizer.json: normalizer: it makes 1 characters more/)
    const long = { type: 'Replace', pattern: { String: 'a' }, content: 'x'.repeat(100_000) }
    expect(await told({ model: wordPiece, normalizer: long }, 'a'.repeat(100_000))).toMatch(/^too-large: /)
    expect(await told({ model: wordPiece, normalizer: double }, 'a'.repeat(100_000))).toBe('accepted')
  })

  test('templates of templates', async () => {
    const sequence = { Sequence: { id: 'A', type_id: 0 } }
    const double = { type: 'TemplateProcessing', single: [sequence, sequence], special_tokens: {} }
    const json = { model: wordPiece, post_processor: { type: 'Sequence', processors: times(60, double) } }
    expect(await told(json)).toBe('unsupported: tokenizer.json: post_processor: more than 1000 pieces')
  })
})

describe('what is damaged is refused in one line', () => {
  test.each([
    [null, 'the file: expected an object, got null'],
    [[], 'the file: expected an object, got []'],
    [{}, 'model: expected an object, got nothing'],
    [{ model: { ...wordPiece, vocab: 5 } }, 'model.vocab: expected an object, got 5'],
    [{ model: { ...wordPiece, vocab: { a: '1' } } }, 'model.vocab["a"]: expected a whole number of 0 or more, got "1"'],
    [{ model: { ...wordPiece, vocab: { a: -1 } } }, 'model.vocab["a"]: expected a whole number of 0 or more, got -1'],
    [{ model: { ...wordPiece, vocab: { a: 4_000_000_000 } } }, 'model.vocab["a"]: 4000000000, but there are 1 tokens'],
    [{ model: { ...wordPiece, vocab: { a: 1, b: 1 } } }, 'model.vocab["b"]: 1 is also the id of "a"'],
    [
      { model: { ...wordPiece, vocab: { '\ud800': 0 } } },
      'model.vocab["\\ud800"]: expected Unicode without lone surrogates, got "\\ud800"'
    ],
    [{ model: { ...wordPiece, unk_token: 7 } }, 'model.unk_token: expected a string, got 7'],
    [{ model: { ...bpe, merges: [['a', 'x']] } }, 'model.merges[0]: "x" is not in the vocabulary'],
    [{ model: { ...bpe, merges: [['b', 'a']] } }, 'model.merges[0]: "ba" is not in the vocabulary'],
    [{ model: { ...bpe, merges: ['a b c'] } }, 'model.merges[0]: expected two tokens, got "a b c"'],
    [{ model: { ...bpe, merges: { a: 'b' } } }, 'model.merges: expected a list, got {"a":"b"}'],
    [{ model: { ...unigram, unk_id: 3 } }, 'model.unk_id: 3, but there are 3 tokens'],
    [{ model: { ...unigram, vocab: [['a']] } }, 'model.vocab[0]: expected a finite score, got nothing'],
    [
      { model: { ...unigram, vocab: [['a', Number.POSITIVE_INFINITY]] } },
      'model.vocab[0]: expected a finite score, got null'
    ],
    [{ model: wordPiece, added_tokens: [{ id: 9, content: 'x' }] }, 'added_tokens[0]: the id of "x" is 9, expected 5'],
    [
      { model: wordPiece, added_tokens: [{ id: 1, content: 'a', special: 'yes' }] },
      'added_tokens[0].special: expected true or false, got "yes"'
    ],
    [
      { model: wordPiece, normalizer: { type: 'Precompiled', precompiled_charsmap: '%' } },
      'normalizer.precompiled_charsmap: expected base64'
    ],
    [
      { model: wordPiece, normalizer: { type: 'Precompiled', precompiled_charsmap: '/////w==' } },
      'normalizer.precompiled_charsmap: the trie is longer than the 4 bytes'
    ],
    [
      { model: wordPiece, pre_tokenizer: { type: 'Metaspace', replacement: 'xy' } },
      'pre_tokenizer.replacement: expected one character, got "xy"'
    ]
  ])('%j', async (json, message) => {
    expect(await told(json)).toBe(`corrupt-file: tokenizer.json: ${message}`)
  })
})

describe('names that every object inherits', () => {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty']
  const own = JSON.parse(`{${names.map((name, id) => `"${name}": ${id}`).join()}, "[UNK]": 4}`)

  test('are tokens like others', () => {
    const tokenizer = tokenizerFrom({ model: { ...wordPiece, vocab: own }, pre_tokenizer: { type: 'WhitespaceSplit' } })
    expect([...tokenizer.encode(`${names.join(' ')} valueOf`)]).toEqual([0, 1, 2, 3, 4])
    expect(tokenizer.id('valueOf')).toBeUndefined()
    expect(Object.keys({})).toEqual([])
  })

  test('are no kinds of parts', async () => {
    expect(await told({ model: wordPiece, normalizer: { type: 'constructor' } })).toMatch(/^unsupported: /)
    expect(await told({ model: wordPiece, normalizer: JSON.parse('{"__proto__": {"type": "NFC"}}') })).toMatch(
      /^unsupported: /
    )
    expect(await told(JSON.parse(`{"__proto__": ${JSON.stringify({ model: wordPiece })}}`))).toMatch(/^corrupt-file: /)
  })
})

describe('long texts', () => {
  const kinds = { wordPiece, bpe, unigram }
  const texts = {
    letters: 'a'.repeat(300_000),
    pairs: 'ab'.repeat(200_000),
    spaces: ' '.repeat(300_000),
    marks: 'a\u0301\u0323'.repeat(100_000)
  }
  test.each(Object.keys(kinds) as (keyof typeof kinds)[])('%s takes them whole', (kind) => {
    const tokenizer = tokenizerFrom({ model: kinds[kind], normalizer: { type: 'NFKC' } })
    for (const text of Object.values(texts)) expect(tokenizer.encode(text).length).toBeLessThanOrEqual(text.length)
  })

  test('a run that is too long for a pattern is one clear error', async () => {
    const json = { model: wordPiece, pre_tokenizer: { type: 'ByteLevel' } }
    expect(await told(json, '日'.repeat(6_000_000))).toBe(
      'too-large: the text has a run of characters that is too long for a pattern'
    )
  })
})

describe('options', () => {
  const json = {
    model: wordPiece,
    pre_tokenizer: { type: 'BertPreTokenizer' },
    truncation: { direction: 'Left', max_length: 3, strategy: 'LongestFirst', stride: 0 },
    post_processor: { type: 'BertProcessing', sep: ['b', 2], cls: ['a', 1] }
  }
  const tokenizer = tokenizerFrom(json)

  test('maxLength counts special tokens, and takes the side of the file', () => {
    expect([...tokenizer.encode('a b ab abb')]).toEqual(
      [2, 3, 3].map((id, i) => [...tokenizer.encode('a b ab abb', { maxLength: Infinity })].slice(-3)[i] ?? id)
    )
    expect([...tokenizer.encode('a b', { maxLength: 0 })]).toEqual([])
    expect([...tokenizer.encode('a b ab', { specialTokens: true })]).toEqual([1, 3, 2])
    expect([...tokenizer.encode('a b ab', { specialTokens: true, maxLength: 4 })]).toEqual([1, 2, 3, 2])
  })

  test('are checked', async () => {
    expect(await refusal(() => tokenizer.encode('a', { maxLength: Number.NaN }))).toMatch(/^bad-option: /)
    expect(await refusal(() => tokenizer.token(5))).toBe('out-of-range: tokenizer.json: token 5 of 5')
    expect(tokenizer.token(4)).toBe('##b')
    expect([tokenizer.size, tokenizer.unknown, tokenizer.id('ab')]).toEqual([5, 0, 3])
  })

  test('lone surrogates are U+FFFD', () => {
    const bytes = tokenizerFrom({
      model: { type: 'WordLevel', unk_token: 'a', vocab: { a: 0, '\ufffd': 1, '\ufffd\ufffd': 2 } }
    })
    expect(['\ud800', '\udc00', '\udc00\ud800', '\ud83d\ude00'].map((text) => [...bytes.encode(text)])).toEqual([
      [1],
      [1],
      [2],
      [0]
    ])
  })
})

import { existsSync, readFileSync } from 'node:fs'
import { expand, type TensorAdapter } from '@slimbed/core'
import {
  dense,
  parseSafetensors,
  partition,
  product,
  quantized,
  type Table,
  type Tensor,
  tensorView
} from '@slimbed/runtime'
import { titleIf } from '@slimbed/testing'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { contextFor, data, numbers, openTensor, pythonFor } from '../../eval/test/support.js'
import { languageModelOf, perplexity, tensorsOf, tokenReader, tokensOf, wordsOf } from '../src/index.js'
import { outputOf } from '../src/perplexity/output.js'

let tensor: TensorAdapter
beforeAll(async () => {
  tensor = await openTensor()
})
afterAll(() => tensor.close())

const python = pythonFor('numpy')
const title = titleIf(python, 'there is no Python with NumPy')

/** The perplexity of a stream, one step after another, in float64. `tensors` are flat, `shapes` theirs. */
const reference = `
import numpy as np
def run(tensors, tokens):
    sigmoid = lambda x: 1 / (1 + np.exp(-x))
    layers = sum(name.endswith('weight_ih') for name in tensors)
    sizes = [tensors[f'lstm.{l}.weight_hh'].shape[1] for l in range(layers)]
    h, c = [np.zeros(s) for s in sizes], [np.zeros(s) for s in sizes]
    total = 0
    for now, after in zip(tokens, tokens[1:]):
        x = tensors['embedding.weight'][now]
        for l in range(layers):
            name = lambda part: tensors[f'lstm.{l}.{part}']
            gates = name('weight_ih') @ x + name('bias_ih') + name('weight_hh') @ h[l] + name('bias_hh')
            i, f, g, o = np.split(gates, 4)
            c[l] = sigmoid(f) * c[l] + sigmoid(i) * np.tanh(g)
            x = h[l] = sigmoid(o) * np.tanh(c[l])
        logits = tensors['softmax.weight'] @ x + tensors['softmax.bias']
        top = logits.max()
        total += top + np.log(np.exp(logits - top).sum()) - logits[after]
    return float(np.exp(total / (len(tokens) - 1)))
`

/** Tensors of a made-up model. */
function madeUp({ words = 30, input = 6, hidden = [8, 5], spread = 1, forget = 0 } = {}): Map<string, Tensor> {
  let seed = 1
  const tensors = new Map<string, Tensor>()
  const add = (name: string, shape: number[], scale = spread) => {
    const count = shape.reduce((a, b) => a * b, 1)
    const data = numbers(count, 1, seed++).map((value) => value * scale)
    tensors.set(name, { dtype: 'F32', shape, data })
  }
  add('embedding.weight', [words, input])
  hidden.forEach((size, layer) => {
    add(`lstm.${layer}.weight_ih`, [4 * size, layer === 0 ? input : hidden[layer - 1]])
    add(`lstm.${layer}.weight_hh`, [4 * size, size])
    add(`lstm.${layer}.bias_ih`, [4 * size])
    add(`lstm.${layer}.bias_hh`, [4 * size])
    const bias = tensors.get(`lstm.${layer}.bias_hh`)!.data as Float32Array
    bias.fill(forget, size, 2 * size)
  })
  add('softmax.weight', [words, hidden.at(-1)])
  add('softmax.bias', [words])
  return tensors
}

const stream = (length: number, words: number) =>
  Uint32Array.from(numbers(length, 1, 77), (value) => Math.floor(Math.abs(value) * 1000) % words)

describe('perplexity', () => {
  const cases: [string, Map<string, Tensor>, number][] = [
    ['a short text', madeUp(), 50],
    ['one layer', madeUp({ hidden: [7] }), 300],
    ['a text of several stretches', madeUp(), 3500],
    ['a model that hardly forgets', madeUp({ forget: 8, spread: 0.5 }), 2500]
  ]
  test.skipIf(!python).each(cases)(title('is that of a stream step by step: %s'), async (_, tensors, length) => {
    const tokens = stream(length, 30)
    const program = `${reference}
tensors = {name: np.array(t['data']).reshape(t['shape']) for name, t in given['tensors'].items()}
result = run(tensors, given['tokens'])`
    const flat = [...tensors].map(([name, { shape, data }]) => [name, { shape, data: [...data] }])
    const expected = python!(program, { tensors: Object.fromEntries(flat), tokens: [...tokens] }) as number
    const made = await perplexity(languageModelOf(tensors), tokens, contextFor(tensor))
    expect(made.tokens).toBe(length - 1)
    expect(made.perplexity / expected).toBeCloseTo(1, 5)
  })

  test('refuses a text of one token', async () => {
    const made = perplexity(languageModelOf(madeUp()), stream(1, 30), contextFor(tensor))
    await expect(made).rejects.toMatchObject({ code: 'bad-input' })
  })

  const model = `${data}/lm/ptb-small/model.safetensors`
  const here = python && existsSync(model)
  const dataTitle = titleIf(here, 'needs NumPy and the test data, see SLIMBED_DATA')

  test.skipIf(!here)(dataTitle('of a real model on real text is that of NumPy'), async () => {
    const bytes = new Uint8Array(readFileSync(model))
    const { tensors } = parseSafetensors(bytes, bytes.length)
    const named = new Map([...tensors].map(([name, entry]) => [name, tensorView(bytes, entry)]))
    const words = wordsOf(readFileSync(`${data}/lm/ptb-small/counts.tsv`, 'utf8'))
    const tokens = tokensOf('test', readFileSync(`${data}/lm/ptb.test.txt`, 'utf8'), words)
    expect(tokens).toHaveLength(82_430)
    const some = tokens.subarray(0, 1500)
    const program = `${reference}
raw = open(given['path'], 'rb').read()
size = int.from_bytes(raw[:8], 'little')
header = json.loads(raw[8:8 + size])
tensors = {}
for name, t in header.items():
    if name != '__metadata__':
        begin, end = t['data_offsets']
        tensors[name] = np.frombuffer(raw[8 + size + begin:8 + size + end], '<f4').reshape(t['shape']).astype('f8')
result = run(tensors, given['tokens'])`
    const expected = python!(program, { path: model, tokens: [...some] }) as number
    const made = await perplexity(languageModelOf(named), some, contextFor(tensor))
    expect(made.perplexity / expected).toBeCloseTo(1, 5)
  })
})

/** 8-bit codes with a scale a row. */
function coded(rows: number, dim: number): Table {
  const codes = Uint8Array.from(numbers(rows * dim, 1, 5), (value) => 128 + 60 * value)
  const scale = {
    dtype: 'F32',
    shape: [rows, 1],
    data: Float32Array.from({ length: rows }, (_, i) => 0.01 + i / 9000)
  } as const
  return quantized({ dim, bits: 8, groupSize: dim, codes, scale, zero: 127.5 })
}

describe('the softmax product', () => {
  const group = Uint8Array.from({ length: 2400 }, (_, i) => (i % 5 === 0 ? 0 : i % 2 === 0 ? 1 : 2))
  const sizes = [0, 1, 2].map((id) => group.filter((own) => own === id).length)
  const nested = partition(group, [
    dense(sizes[0], 12, numbers(sizes[0], 12, 1)),
    product(coded(sizes[1], 5), coded(5, 12)),
    product(product(dense(sizes[2], 3, numbers(sizes[2], 3, 2)), coded(3, 6)), dense(6, 12, numbers(6, 12, 3)))
  ])
  const tables: [string, Table][] = [
    ['dense', dense(30, 12, numbers(30, 12, 4))],
    ['codes', coded(1500, 12)],
    ['a product', product(dense(50, 4, numbers(50, 4, 6)), coded(4, 12))],
    ['parts of products of codes', nested]
  ]
  test.each(tables)('of %s is that with its rows', async (_, table) => {
    const hidden = { rows: 9, dim: 12, data: numbers(9, 12, 8) }
    const matrix = await expand(table, tensor)
    const rows = await matrix.read(0, table.rows)
    const seen = new Uint8Array(table.rows)
    for await (const { words, data: logits } of (await outputOf(table, tensor)).logits(hidden)) {
      expect(words.length).toBeLessThanOrEqual(1024)
      words.forEach((word, i) => {
        seen[word]++
        for (let p = 0; p < 9; p++) {
          let sum = 0
          for (let j = 0; j < 12; j++) sum += rows[word * 12 + j] * hidden.data[p * 12 + j]
          expect(Math.abs(logits[p * words.length + i] - sum)).toBeLessThan(2e-4)
        }
      })
    }
    expect(seen.every((times) => times === 1)).toBe(true)
  })
})

describe('a model that does not fit together is refused', () => {
  const without = (name: string) => {
    const tensors = madeUp()
    tensors.delete(name)
    return tensors
  }
  const withShape = (name: string, ...shape: number[]) => {
    const tensors = madeUp()
    const data = new Float32Array(shape.reduce((a, b) => a * b, 1))
    return tensors.set(name, { dtype: 'F32', shape, data })
  }
  test.each([
    [without('softmax.bias'), 'expected a tensor softmax.bias of [30] floats, there is none'],
    [without('lstm.0.weight_ih'), 'expected a tensor lstm.0.weight_ih of [32,6] floats, there is none'],
    [without('lstm.1.weight_hh'), 'expected a tensor lstm.1.weight_ih of [0,8] floats, there is [20,8] of F32'],
    [withShape('lstm.0.bias_hh', 31), 'expected a tensor lstm.0.bias_hh of [32] floats, there is [31] of F32'],
    [withShape('softmax.weight', 30, 4), 'expected a softmax of 30 × 5, it is 30 × 4'],
    [withShape('embedding.weight', 30), 'expected a tensor embedding.weight of […,…] floats, there is [30] of F32']
  ])('%#: %s', (tensors, message) => {
    expect(() => languageModelOf(tensors)).toThrow(message)
  })
})

test('the tensors of a model are those that it is made of, both biases of a layer in one', () => {
  const tensors = madeUp()
  const model = languageModelOf(tensors)
  const made = tensorsOf(model)
  const others = [...tensors.keys()].filter((name) => !name.endsWith('g.weight') && name !== 'softmax.weight')
  expect([...made.keys()].sort()).toEqual(others.sort())
  for (const name of others) {
    if (!name.includes('.bias_')) expect(made.get(name)).toEqual(tensors.get(name))
  }
  const again = languageModelOf(made, model)
  expect(again).toEqual(model)
})

test('a text is tokens: words, and <eos> at line ends; unknown words are <unk> where there is one', () => {
  const words = wordsOf('the\t5\n<unk>\t4\n<eos>\t3\na\t1\n')
  expect(words).toEqual(['the', '<unk>', '<eos>', 'a'])
  expect([...tokensOf('t', ' the a \nof  the\n', words)]).toEqual([0, 3, 2, 1, 0, 2])
  expect(() => tokensOf('t', 'a\nof\n', ['a', '<eos>'])).toThrow('t, line 2: the model has no word "of", and no <unk>')
  expect(() => tokensOf('t', 'a\n', ['a'])).toThrow('t: the model has no word <eos>')
})

test('a text in pieces has the tokens of the whole', () => {
  const words = ['<eos>', '<unk>', 'a', 'bc', 'd\u00e9']
  const piece = fc.constantFrom('a', 'b', 'c', 'bc', 'd\u00e9', ' ', '\t', '\u2003', '\n', '\r\n', 'zz')
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const reader = tokenReader('t', words)
      for (const each of pieces) reader.push(each)
      expect(reader.end()).toEqual(tokensOf('t', pieces.join(''), words))
    })
  )
  const reader = tokenReader('t', words)
  reader.push('a\n')
  expect(() => {
    for (;;) reader.push('b'.repeat(2 ** 16))
  }).toThrow(/^t, line 2: expected words between spaces, found a word of more than 1048576 characters, [^\n]*"bbbb/)
})

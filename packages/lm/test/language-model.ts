import { dense, randomAt, type Table } from '@slimbed/core'
import { numbers } from '@slimbed/testing'
import type { LanguageModel } from '../src/index.js'

/** Words of the tables in `support.ts`, and columns. */
export const [words, dim] = [12, 5]

/** Rows of the sums of gates as files have them, the candidate before the output gate, as layers do. */
const fromFile = (rows: Float32Array, hidden: number): Float32Array =>
  rows.map((_, at) => {
    const quarter = Math.floor(at / hidden) % 4
    return rows[at + (quarter === 2 ? hidden : quarter === 3 ? -hidden : 0)]
  })

const layer = (input: number, hidden: number, seed: number) => ({
  ...{ input, hidden },
  weights: fromFile(numbers((input + hidden) * 4 * hidden, seed), hidden),
  bias: fromFile(numbers(4 * hidden, seed + 1), hidden)
})

/** A model of 12 words and two layers, whose softmax and embedding have 5 columns. */
export const languageModel = (embedding: Table, softmax: Table): LanguageModel => ({
  ...{ embedding, softmax },
  layers: [layer(dim, 4, 31), layer(4, dim, 33)],
  bias: numbers(words, 35)
})

/** A dense table of 12 × 5. */
export const denseTable = (seed: number): Table => dense(words, dim, numbers(words * dim, seed))

/** A text in which a word is followed by one of two, drawn by the seed. */
export function chain(length: number, seed: number): Uint32Array {
  const random = randomAt(seed, ['chain'])
  let word = 0
  return Uint32Array.from({ length }, () => {
    word = (word * 5 + (random() < 0.7 ? 1 : 4)) % words
    return word
  })
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))

/** The mean negative log likelihood of a text after its first token, a step after another, in float64. */
export function likelihoodOf({ embedding, layers, softmax, bias, factor = 1 }: LanguageModel, tokens: Uint32Array) {
  const states = layers.map(({ hidden }) => ({ h: new Array(hidden).fill(0), c: new Array(hidden).fill(0) }))
  const row = new Float32Array(embedding.dim)
  const out = new Float32Array(softmax.dim)
  let sum = 0
  for (let t = 0; t + 1 < tokens.length; t++) {
    embedding.readRow(tokens[t], row)
    let x = [...row]
    layers.forEach(({ weights, bias: sums, hidden }, l) => {
      const state = states[l]
      const gates = [...sums]
      ;[...x, ...state.h].forEach((value, k) => {
        for (let j = 0; j < gates.length; j++) gates[j] += value * weights[k * gates.length + j]
      })
      for (let j = 0; j < hidden; j++) {
        const [i, f, o, g] = [0, 1, 2, 3].map((gate) => gates[gate * hidden + j]) as [number, number, number, number]
        state.c[j] = sigmoid(f) * state.c[j] + sigmoid(i) * Math.tanh(g)
        state.h[j] = sigmoid(o) * Math.tanh(state.c[j])
      }
      x = [...state.h]
    })
    const logits = Array.from(bias, (own, word) => {
      softmax.readRow(word, out)
      return factor * (own + x.reduce((dot, value, k) => dot + value * out[k], 0))
    })
    const top = Math.max(...logits)
    const all = logits.reduce((total, logit) => total + Math.exp(logit - top), 0)
    sum += top + Math.log(all) - logits[tokens[t + 1]]
  }
  return sum / (tokens.length - 1)
}

import { dense, type Matrix, matrixFrom, partition, product, randomAt, type Table } from '@slimbed/core'
import { numbers } from '@slimbed/testing'
import { modelCalled } from '../src/models/index.js'
import type { Model } from '../src/models/model.js'
import { parameter } from '../src/network/parameter.js'
import type { Example } from '../src/text/task.js'

const matrix = (rows: number, dim: number, seed: number): Table => dense(rows, dim, numbers(rows * dim, seed))

/** Tables of 12 × 5 of every shape that can be trained. */
export const tables: Readonly<Record<string, Table>> = {
  dense: matrix(12, 5, 1),
  product: product(matrix(12, 3, 2), matrix(3, 5, 3)),
  partition: partition(Uint8Array.of(1, 0, 2, 0, 1, 1, 0, 0, 1, 2, 2, 1), [
    product(matrix(4, 2, 4), matrix(2, 5, 5)),
    matrix(5, 5, 6),
    product(matrix(3, 1, 7), matrix(1, 5, 8))
  ]),
  nested: product(product(matrix(12, 4, 9), matrix(4, 3, 10)), product(matrix(3, 2, 11), matrix(2, 5, 12)))
}

/** Sentences over 12 rows: repeated words, one of one word, and rows that no sentence has. */
export const sentences = [[3, 7, 7, 1], [0], [11, 2, 3, 9, 5], [7, 10]].map((rows) => Uint32Array.from(rows))

/** A model of three classes over 5 columns with random parameters, biases included. */
export function modelOf(name: string, seed = 1): Model {
  const random = randomAt(seed, ['parameters'])
  const model = modelCalled(name)({ dim: 5, classes: 3 }, (part, rows, dim, initial) =>
    parameter(part, rows, dim, initial(random))
  )
  for (const { name: part, rows, data } of model.parameters) {
    // Half of the units of hidden layers on and half off, far from where ReLU bends: differences must not cross it.
    const apart = name === 'dan' && part !== 'layer2-bias' ? 3 : 0
    if (name === 'dan' && part === 'layer1-weights') for (let j = 0; j < data.length; j++) data[j] *= 0.3
    if (rows === 1) for (let j = 0; j < data.length; j++) data[j] += 0.3 * (2 * random() - 1) + (j % 2 ? apart : -apart)
  }
  return model
}

const words = {
  good: ['good', 'great', 'fine', 'lovely', 'superb', 'warm', 'bright'],
  bad: ['bad', 'poor', 'dull', 'awful', 'weak', 'cold', 'stale']
}
const others = Array.from({ length: 40 }, (_, i) => `word${i}`)

/** Made-up reviews of two labels: a few words that tell, among others that do not. */
export function reviews(count: number, seed: number): Example[] {
  const random = randomAt(seed, ['reviews'])
  const pick = (from: readonly string[]) => from[Math.floor(random() * from.length)]
  return Array.from({ length: count }, () => {
    const label = random() < 0.5 ? 'good' : 'bad'
    const noise = Array.from({ length: 3 + Math.floor(random() * 5) }, () => pick(others))
    const telling = Array.from({ length: 1 + Math.floor(random() * 2) }, () => pick(words[label]))
    return { text: [...noise, ...telling].sort(() => random() - 0.5).join(' '), label }
  })
}

/** A matrix that is not read before it is needed. */
export const matrixOf = (rows: number, dim: number, seed: number): Matrix =>
  matrixFrom(rows, dim, numbers(rows * dim, seed, 0.1))

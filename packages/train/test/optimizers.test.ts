import { numbers } from '@slimbed/testing'
import * as tf from '@tensorflow/tfjs'
import { describe, expect, test } from 'vitest'
import { optimizers } from '../src/network/optimizers/index.js'
import { optimizer, updateOf } from '../src/network/optimizers/optimizer.js'
import { parameter } from '../src/network/parameter.js'
import { tfSteps } from './tfjs.js'

const [rows, dim, steps] = [7, 4, 6]
const gradients = Array.from({ length: steps }, (_, step) => numbers(rows * dim, 20 + step, 2))

/** What an optimizer makes of a matrix whose rows all have a gradient at every step. */
function ourSteps(spec: string, rate: number): Float32Array {
  const own = parameter('table', rows, dim, numbers(rows * dim, 1))
  const made = optimizer(updateOf(spec, optimizers), [own])
  for (const gradient of gradients) {
    for (let row = rows - 1; row >= 0; row--) {
      const at = own.slot(row)
      own.gradient.set(gradient.subarray(row * dim, (row + 1) * dim), at)
    }
    made.step(rate)
  }
  return own.data
}

test.each([
  ['sgd', 0.1, tf.train.sgd(0.1)],
  ['sgd(momentum=0.9)', 0.05, tf.train.momentum(0.05, 0.9)],
  ['adagrad', 0.1, tf.train.adagrad(0.1)],
  ['adagrad(initial=0.5)', 0.2, tf.train.adagrad(0.2, 0.5)],
  ['rmsprop', 0.01, tf.train.rmsprop(0.01)],
  ['rmsprop(decay=0.8, momentum=0.5, epsilon=0.001)', 0.01, tf.train.rmsprop(0.01, 0.8, 0.5, 0.001)],
  ['adam(epsilon=1e-7)', 0.01, tf.train.adam(0.01)],
  ['adam(beta1=0.8, beta2=0.95, epsilon=0.01)', 0.1, tf.train.adam(0.1, 0.8, 0.95, 0.01)]
])('%s does what it does in tfjs', (spec, rate, theirs) => {
  const [ours, expected] = [ourSteps(spec, rate), tfSteps(theirs, numbers(rows * dim, 1), gradients)]
  expect(Math.max(...ours.map((value, i) => Math.abs(value - expected[i])))).toBeLessThan(2e-6)
})

test.each(['sgd(momentum=0.9)', 'adagrad', 'rmsprop(momentum=0.9)', 'adam'])(
  '%s leaves rows without a gradient, and their state, as they are',
  (spec) => {
    const own = parameter('table', rows, dim, numbers(rows * dim, 1))
    const before = own.data.slice()
    const made = optimizer(updateOf(spec, optimizers), [own])
    const states = made.slots[0].map((slot) => slot.slice())
    for (let step = 0; step < 3; step++) {
      const at = own.slot(4)
      own.gradient.fill(1, at, at + dim)
      made.step(0.1)
      expect(own.count).toBe(0)
    }
    for (let row = 0; row < rows; row++) {
      const [from, to] = [row * dim, (row + 1) * dim]
      const same = row !== 4
      expect(own.data.subarray(from, to).every((value, j) => value === before[from + j]) === same).toBe(true)
      for (const [s, slot] of made.slots[0].entries()) {
        expect(slot.subarray(from, to).every((value, j) => value === states[s][from + j])).toBe(same)
      }
    }
  }
)

describe('a spec that names no optimizer', () => {
  test.each([
    ['adma', 'bad-option', 'optimizer must be one of adam, adagrad, rmsprop, sgd'],
    ['adam(epsilons=1)', 'unknown-option', 'adam: unknown option "epsilons"'],
    ['adam(beta1=2)', 'bad-option', 'adam: option beta1 must be a number from 0 to 1, not 2'],
    ['adam | sgd', 'bad-option', 'optimizer must be one of'],
    ['adam(', 'bad-input', 'expected the name of an option']
  ])('%s', (spec, code, message) => {
    const error = expect.objectContaining({ code, message: expect.stringContaining(message) })
    expect(() => updateOf(spec, optimizers)).toThrow(error)
  })
})

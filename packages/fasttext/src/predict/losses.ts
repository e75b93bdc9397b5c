import type { HeldRows } from '../lookup/hold.js'
import type { Loss } from '../model.js'
import { type Best, bestOf, type Scored } from './best.js'
import { type LabelTree, labelTree } from './tree.js'

const { fround } = Math

/** fastText's logarithm, of a little more than the value, so that 0 has one. */
const logOf = (value: number): number => fround(Math.log(fround(value) + 1e-5))

/** Gives the best labels for the mean of a text's rows: those whose probability is `least` or more, `most` of them. */
export type Score = (hidden: Float32Array, most: number, least: number) => readonly Scored[]

/** Adds each label with its probability. */
function addAll(probabilities: Float32Array, most: number, least: number): readonly Scored[] {
  const best = bestOf(most)
  for (let label = 0; label < probabilities.length; label++) {
    if (probabilities[label] >= least) best.add(label, logOf(probabilities[label]))
  }
  return best.finish()
}

function products(output: HeldRows, hidden: Float32Array): Float32Array {
  const out = new Float32Array(output.rows)
  for (let row = 0; row < out.length; row++) out[row] = output.dot(row, hidden)
  return out
}

const softmax =
  (output: HeldRows): Score =>
  (hidden, most, least) => {
    const values = products(output, hidden)
    const highest = values.reduce((a, b) => Math.max(a, b), -Infinity)
    let sum = 0
    for (let i = 0; i < values.length; i++) {
      values[i] = Math.exp(fround(values[i] - highest))
      sum = fround(sum + values[i])
    }
    for (let i = 0; i < values.length; i++) values[i] /= sum
    return addAll(values, most, least)
  }

/** fastText takes the sigmoid from a table: of values up to 8 from 0, in steps of 1/32. */
const [steps, farthest] = [512, 8]

function sigmoidTable(): (value: number) => number {
  const table = Float32Array.from({ length: steps + 1 }, (_, i) => {
    const value = fround(fround((i * 2 * farthest) / steps) - farthest)
    return 1 / (1 + Math.exp(-value))
  })
  return (value) => {
    if (value < -farthest) return 0
    if (value > farthest) return 1
    return table[Math.trunc(fround(fround(fround(value + farthest) * steps) / farthest) / 2)]
  }
}

function sigmoids(output: HeldRows): Score {
  const sigmoid = sigmoidTable()
  return (hidden, most, least) => addAll(products(output, hidden).map(sigmoid), most, least)
}

/** Walks down the tree, left before right, past branches that are too improbable. */
function walk(tree: LabelTree, output: HeldRows, hidden: Float32Array, best: Best, least: number): void {
  const { size, left, right } = tree
  const [nodes, scores] = [[2 * size - 2], [0]]
  for (let node = nodes.pop(); node !== undefined; node = nodes.pop()) {
    const score = scores.pop() ?? 0
    if (score < least || score < best.bound()) continue
    if (node < size) {
      best.add(node, score)
      continue
    }
    const inner = node - size
    const probability = fround(1 / (1 + fround(Math.exp(-output.dot(inner, hidden)))))
    nodes.push(right[inner], left[inner])
    scores.push(fround(score + logOf(probability)), fround(score + logOf(1 - probability)))
  }
}

function hierarchical(output: HeldRows, tree: LabelTree): Score {
  return (hidden, most, least) => {
    const best = bestOf(most)
    walk(tree, output, hidden, best, logOf(least))
    return best.finish()
  }
}

/** How a model scores labels, of which there are `counts`. Throws `corrupt-file` for counts that make no tree. */
export function scoreOf(loss: Loss, output: HeldRows, counts: ArrayLike<number>, name: string): Score {
  if (loss === 'hs') return hierarchical(output, labelTree(counts, name))
  return loss === 'softmax' ? softmax(output) : sigmoids(output)
}

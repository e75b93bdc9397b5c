import type { Dense } from '@slimbed/core'
import type { Output } from '../output.js'

/** Adds a bias to logits, multiplies them with `factor` and turns each row into probabilities, in place. */
export function softmaxRows({ rows, dim, data }: Dense, bias: Float32Array, factor: number): void {
  for (let p = 0; p < rows; p++) {
    const at = p * dim
    let top = -Infinity
    for (let i = 0; i < dim; i++) {
      const logit = factor * (data[at + i]! + bias[i]!)
      data[at + i] = logit
      if (logit > top) top = logit
    }
    let sum = 0
    for (let i = 0; i < dim; i++) {
      const value = Math.exp(data[at + i]! - top)
      data[at + i] = value
      sum += value
    }
    for (let i = 0; i < dim; i++) data[at + i]! /= sum
  }
}

/** The logits of all words at some positions, `positions × words`, without the bias. */
export async function allLogits(output: Output, hidden: Dense, words: number): Promise<Dense> {
  const data = new Float32Array(hidden.rows * words)
  for await (const { words: own, data: logits } of output.logits(hidden)) {
    for (let p = 0; p < hidden.rows; p++) {
      for (let i = 0; i < own.length; i++) data[p * words + own[i]!] = logits[p * own.length + i]!
    }
  }
  return { rows: hidden.rows, dim: words, data }
}

/** The columns `words` of a matrix. */
export function columnsOf({ rows, dim, data }: Dense, words: Uint32Array): Dense {
  const out = new Float32Array(rows * words.length)
  for (let p = 0, at = 0; p < rows; p++) {
    for (let i = 0; i < words.length; i++) out[at++] = data[p * dim + words[i]!]!
  }
  return { rows, dim: words.length, data: out }
}

import type { Dense } from '@slimbed/core'
import { LogSums } from '@slimbed/core/numbers'
import type { Logits, Output } from './output.js'

/** Logits of some positions as they come, block by block of words: their log-sums, and the logit of each position's word. */
class Sums {
  private readonly sums: LogSums
  private readonly own: Float64Array

  constructor(
    private readonly targets: Uint32Array,
    private readonly bias: Float32Array,
    private readonly factor: number
  ) {
    this.sums = new LogSums(targets.length)
    this.own = new Float64Array(targets.length)
  }

  add({ words, data }: Logits, places: Int32Array): void {
    const width = words.length
    const { factor } = this
    const bias = Float32Array.from(words, (word) => this.bias[word])
    for (let i = 0; i < width; i++) places[words[i]] = i
    for (let p = 0; p < this.targets.length; p++) {
      const at = p * width
      let largest = -Infinity
      for (let i = 0; i < width; i++) {
        const logit = factor * (data[at + i] + bias[i])
        data[at + i] = logit
        if (logit > largest) largest = logit
      }
      this.sums.add(p, data, at, width, largest)
      const place = places[this.targets[p]]
      if (place >= 0) this.own[p] = data[at + place]
    }
    for (let i = 0; i < width; i++) places[words[i]] = -1
  }

  /** The sum over positions of `−log` of the probability of the position's word. */
  negativeLogLikelihood(): number {
    let sum = 0
    for (let p = 0; p < this.own.length; p++) sum += this.sums.log(p) - this.own[p]
    return sum
  }
}

/** Positions whose logits are computed at a time. */
const positions = 2048

/** What turns hidden states into probabilities. */
export interface OutputLayer {
  readonly output: Output
  /** One value a word. */
  readonly bias: Float32Array
  /** What logits are multiplied with. */
  readonly factor: number
}

/**
 * The sum of the negative log likelihoods, in nats, of the words `targets` at positions whose last hidden states are `hidden`,
 * `targets.length × dim`.
 */
export async function negativeLogLikelihood(
  { output, bias, factor }: OutputLayer,
  hidden: Dense,
  targets: Uint32Array
): Promise<number> {
  const places = new Int32Array(bias.length).fill(-1)
  const { dim } = hidden
  let sum = 0
  for (let start = 0; start < targets.length; start += positions) {
    const end = Math.min(start + positions, targets.length)
    const sums = new Sums(targets.subarray(start, end), bias, factor)
    const states = { rows: end - start, dim, data: hidden.data.subarray(start * dim, end * dim) }
    for await (const logits of output.logits(states)) sums.add(logits, places)
    sum += sums.negativeLogLikelihood()
  }
  return sum
}

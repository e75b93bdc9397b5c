import { codeOf, type Finder } from './nearest.js'

/** Consecutive values, or every `step`-th, of an array, and the weights of each: all 1 unless given, from 0 on. */
export interface Run {
  readonly x: Float32Array
  readonly at: number
  readonly size: number
  readonly step: number
  readonly weights?: Float32Array | undefined
}

/** `√(Σ w x² / Σ w)`. */
export function rootMeanSquare({ x, at, size, step, weights }: Run): number {
  let [sum, total] = [0, 0]
  for (let i = 0, from = at; i < size; i++, from += step) {
    const weight = weights ? weights[i] : 1
    total += weight
    sum += weight * x[from] * x[from]
  }
  return total > 0 ? Math.sqrt(sum / total) : 0
}

/** Where the search begins, in root mean squares: a fixed point of the iteration is only the best one near by. */
const starts = [0.6, 0.7, 0.8, 0.88, 0.94, 1, 1.06, 1.13, 1.2, 1.4, 1.8, 2.5, 4]
const mostTurns = 6

/** The scale that is best for the codes at `scale`, and by how much it lowers `Σ w x²`. */
function step({ x, at, size, step, weights }: Run, finder: Finder, scale: number): [number, number] {
  const { levels } = finder
  const rate = 1 / scale
  let [product, square] = [0, 0]
  for (let i = 0, from = at; i < size; i++, from += step) {
    const weight = weights ? weights[i] : 1
    const level = levels[codeOf(finder, x[from] * rate)]
    product += weight * x[from] * level
    square += weight * level * level
  }
  return square > 0 ? [product / square, (product * product) / square] : [scale, 0]
}

/** The scale of least squared error for values whose levels are given; 0 for zeros. */
export function fitScale(run: Run, finder: Finder): number {
  const root = rootMeanSquare(run)
  if (root === 0) return 0
  let [best, most] = [root, -1]
  for (const start of starts) {
    const [scale, explained] = step(run, finder, start * root)
    if (explained > most && scale > 0) [best, most] = [scale, explained]
  }
  for (let turn = 0; turn < mostTurns; turn++) {
    const [scale, explained] = step(run, finder, best)
    if (!(explained > most * (1 + 1e-12) && scale > 0)) break
    best = scale
    most = explained
  }
  return best
}

/** `Σ w (x − x̂)²` at a scale. */
export function errorAt({ x, at, size, step, weights }: Run, finder: Finder, scale: number): number {
  const rate = scale > 0 ? 1 / scale : 0
  let sum = 0
  for (let i = 0, from = at; i < size; i++, from += step) {
    const error = x[from] - finder.levels[codeOf(finder, x[from] * rate)] * scale
    sum += (weights ? weights[i] : 1) * error * error
  }
  return sum
}

import { everyItem } from '../outcome.js'
import { ordinalsOf, ranksOf } from './ordinals.js'

/**
 * Spearman's rank correlation of the items drawn from two lists: Pearson's correlation of their ranks, ties sharing the mean of
 * theirs. 0 where one list is constant in the sample.
 */
export function spearmanOf(a: ArrayLike<number>, b: ArrayLike<number>): (sample: Uint32Array) => number {
  const [x, y] = [ordinalsOf(a), ordinalsOf(b)]
  const [xs, ys] = [new Float64Array(x.distinct), new Float64Array(y.distinct)]
  return (sample) => {
    ranksOf(x, sample, xs)
    ranksOf(y, sample, ys)
    const mean = (sample.length + 1) / 2
    let xy = 0
    let xx = 0
    let yy = 0
    for (let i = 0; i < sample.length; i++) {
      const u = xs[x.codes[sample[i]]] - mean
      const v = ys[y.codes[sample[i]]] - mean
      xy += u * v
      xx += u * u
      yy += v * v
    }
    return xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : 0
  }
}

/** Spearman's rank correlation of two lists of one length, ties sharing the mean of their ranks; 0 where one is constant. */
export const spearman = (a: ArrayLike<number>, b: ArrayLike<number>): number => spearmanOf(a, b)(everyItem(a.length))

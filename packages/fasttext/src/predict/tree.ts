import { SlimbedError } from '@slimbed/runtime'

/** A Huffman tree over labels: nodes below `size` are labels, the others inner nodes; the last one is the root. */
export interface LabelTree {
  readonly size: number
  /** The children of inner node `size + i`. */
  readonly left: Int32Array
  readonly right: Int32Array
}

/**
 * The tree of hierarchical softmax, as fastText builds it from counts that fall (Huffman 1952). Throws `corrupt-file` where they do not,
 * since the tree would then be none.
 */
export function labelTree(counts: ArrayLike<number>, name: string): LabelTree {
  const size = counts.length
  const sums = Float64Array.from({ length: 2 * size - 1 }, (_, i) => (i < size ? counts[i] : 1e15))
  const [left, right] = [new Int32Array(size - 1), new Int32Array(size - 1)]
  let [leaf, node] = [size - 1, size]
  const next = () => (leaf >= 0 && sums[leaf] < sums[node] ? leaf-- : node++)
  for (let i = 0; i < size - 1; i++) {
    ;[left[i], right[i]] = [next(), next()]
    if (left[i] >= size + i || right[i] >= size + i) {
      throw new SlimbedError('corrupt-file', `${name}: counts of labels that make no tree`)
    }
    sums[size + i] = sums[left[i]] + sums[right[i]]
  }
  return { size, left, right }
}

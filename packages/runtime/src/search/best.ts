/** A row and its score. */
export interface Scored {
  readonly row: number
  readonly score: number
}

/** The best of the rows offered so far. */
export interface Best {
  /** The rows kept; the first is the worst of them. */
  readonly heap: readonly Scored[]
  /** Whether a row of this score, higher than every row offered before, would be kept. */
  wants(score: number): boolean
  /** Keeps a wanted row. */
  add(item: Scored): void
  /** The rows kept, best first. */
  sorted(): Scored[]
}

const worse = (a: Scored, b: Scored): boolean => a.score < b.score || (a.score === b.score && a.row > b.row)

/** The `k` best rows, in a heap whose root is the worst of them: the lowest score, then the highest row. */
export function bestOf(k: number): Best {
  const heap: Scored[] = []

  function swap(from: number, to: number): number {
    const item = heap[from]
    heap[from] = heap[to]
    heap[to] = item
    return to
  }

  return {
    heap,
    wants: (score) => heap.length < k || score > heap[0].score,
    add(item) {
      if (heap.length < k) heap.push(item)
      else heap[0] = item
      let at = heap.length - 1
      while (at > 0 && worse(heap[at], heap[(at - 1) >> 1])) at = swap(at, (at - 1) >> 1)
      at = 0
      for (let child = 1; child < heap.length; child = 2 * at + 1) {
        if (child + 1 < heap.length && worse(heap[child + 1], heap[child])) child++
        if (!worse(heap[child], heap[at])) break
        at = swap(at, child)
      }
    },
    sorted: () => heap.sort((a, b) => (worse(a, b) ? 1 : -1))
  }
}

/** A row and its score. */
export interface Scored {
  readonly row: number
  readonly score: number
}

/** The `k` best of the rows offered so far, in a heap whose root is the worst of them: the lowest score, then the highest row. */
export class Best {
  /** The rows kept; the first is the worst of them. */
  readonly heap: Scored[] = []

  constructor(private readonly k: number) {}

  /** Whether a row of this score, higher than every row offered before, would be kept. */
  wants(score: number): boolean {
    return this.heap.length < this.k || score > this.heap[0].score
  }

  /** Keeps a wanted row. */
  add(item: Scored): void {
    const { heap } = this
    if (heap.length < this.k) heap.push(item)
    else heap[0] = item
    let at = heap.length - 1
    while (at > 0 && worse(heap[at], heap[(at - 1) >> 1])) at = this.swap(at, (at - 1) >> 1)
    at = 0
    for (let child = 1; child < heap.length; child = 2 * at + 1) {
      if (child + 1 < heap.length && worse(heap[child + 1], heap[child])) child++
      if (!worse(heap[child], heap[at])) break
      at = this.swap(at, child)
    }
  }

  private swap(from: number, to: number): number {
    const { heap } = this
    const item = heap[from]
    heap[from] = heap[to]
    heap[to] = item
    return to
  }

  /** The rows kept, best first. */
  sorted(): Scored[] {
    return [...this.heap].sort((a, b) => (worse(a, b) ? 1 : -1))
  }
}

const worse = (a: Scored, b: Scored): boolean => a.score < b.score || (a.score === b.score && a.row > b.row)

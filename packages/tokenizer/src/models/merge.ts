import { type PairMap, pairMap } from './pair-map.js'

/** The merges of a BPE model: the rank of each pair of tokens, and the token that it becomes. */
export interface Merges {
  readonly ranks: PairMap
  readonly results: Int32Array
}

/** `pairs` has two tokens for each rank, `results` the token that they become. Of equal pairs the last one counts. */
export function mergesOf(pairs: Int32Array, results: Int32Array): Merges {
  const ranks = pairMap()
  for (let rank = 0; rank < results.length; rank++) ranks.set(pairs[2 * rank], pairs[2 * rank + 1], rank)
  return { ranks, results }
}

const places = 2 ** 31

/** Merges tokens by rank, and from the left among equal ranks, in O(n log n): a heap of merges, and tokens in a linked list. */
export function merger({ ranks, results }: Merges): (tokens: number[], from: number) => void {
  let before = new Int32Array(64)
  let after = new Int32Array(64)
  // Each is rank · 2³¹ + place: exact, and in order, below 2²² ranks.
  let heap = new Float64Array(64)
  let held = 0

  function push(rank: number, place: number): void {
    if (held === heap.length) {
      const larger = new Float64Array(2 * held)
      larger.set(heap)
      heap = larger
    }
    const key = rank * places + place
    let i = held++
    for (; i > 0; ) {
      const parent = (i - 1) >> 1
      if (heap[parent] <= key) break
      heap[i] = heap[parent]
      i = parent
    }
    heap[i] = key
  }

  function pop(): number {
    const top = heap[0]
    const key = heap[--held]
    let i = 0
    for (let child = 1; child < held; child = 2 * i + 1) {
      if (child + 1 < held && heap[child + 1] < heap[child]) child++
      if (heap[child] >= key) break
      heap[i] = heap[child]
      i = child
    }
    heap[i] = key
    return top
  }

  return (tokens, from) => {
    const count = tokens.length - from
    if (before.length < count) {
      before = new Int32Array(2 * count)
      after = new Int32Array(2 * count)
    }
    held = 0
    const offer = (place: number, next: number) => {
      const rank = ranks.get(tokens[from + place], tokens[from + next])
      if (rank >= 0) push(rank, place)
    }
    for (let i = 0; i < count; i++) {
      before[i] = i - 1
      after[i] = i + 1
      if (i + 1 < count) offer(i, i + 1)
    }
    while (held > 0) {
      const key = pop()
      const rank = Math.floor(key / places)
      const place = key - rank * places
      const next = after[place]
      if (tokens[from + place] < 0 || next >= count) continue
      // What was to be merged here may have been merged with something else.
      const now = ranks.get(tokens[from + place], tokens[from + next])
      if (now < 0 || results[now] !== results[rank]) continue
      tokens[from + place] = results[rank]
      tokens[from + next] = -1
      after[place] = after[next]
      if (after[next] < count) before[after[next]] = place
      if (before[place] >= 0) offer(before[place], place)
      if (after[place] < count) offer(place, after[place])
    }
    let end = from
    for (let i = 0; i < count; i = after[i]) tokens[end++] = tokens[from + i]
    tokens.length = end
  }
}

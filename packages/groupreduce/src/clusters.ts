/**
 * The best split of sorted values in at most `count` runs: the least sum of squared distances to the run's mean (dynamic
 * programming, by halves since the best starts never fall: Grønlund et al. 2017). Gives where each run ends; equal values stay
 * together.
 */
export function clusterEnds(sorted: Float64Array, count: number): number[] {
  const ends: number[] = []
  for (let i = 0; i < sorted.length; i++) if (sorted[i] !== sorted[i + 1]) ends.push(i + 1)
  const distinct = ends.length
  const runs = Math.min(count, distinct)
  const [sums, squares] = [new Float64Array(distinct + 1), new Float64Array(distinct + 1)]
  // About the middle, so that the squares do not cancel.
  const middle = (sorted[0] + sorted[sorted.length - 1]) / 2
  for (let i = 0; i < distinct; i++) {
    const [size, value] = [ends[i] - (ends[i - 1] ?? 0), sorted[ends[i] - 1] - middle]
    sums[i + 1] = sums[i] + size * value
    squares[i + 1] = squares[i] + size * value * value
  }
  const spread = (from: number, to: number) => {
    const size = ends[to - 1] - (ends[from - 1] ?? 0)
    const sum = sums[to] - sums[from]
    return Math.max(0, squares[to] - squares[from] - (sum * sum) / size)
  }
  let before = Float64Array.from({ length: distinct + 1 }, (_, to) => (to === 0 ? 0 : spread(0, to)))
  const starts: Uint32Array[] = []
  for (let run = 2; run <= runs; run++) {
    const [least, start] = [
      new Float64Array(distinct + 1).fill(Number.POSITIVE_INFINITY),
      new Uint32Array(distinct + 1)
    ]
    const solve = (low: number, high: number, first: number, last: number): void => {
      if (low > high) return
      const to = (low + high) >> 1
      for (let from = Math.max(first, run - 1); from <= Math.min(last, to - 1); from++) {
        const cost = before[from] + spread(from, to)
        if (cost < least[to]) [least[to], start[to]] = [cost, from]
      }
      solve(low, to - 1, first, start[to])
      solve(to + 1, high, start[to], last)
    }
    solve(run, distinct, run - 1, distinct - 1)
    starts.push(start)
    before = least
  }
  const found = [distinct]
  for (const start of starts.reverse()) found.unshift(start[found[0]])
  return found.map((run) => ends[run - 1])
}

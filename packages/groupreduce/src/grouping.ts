import { clusterEnds } from './clusters.js'
import type { Options } from './options.js'

/** The row numbers sorted by falling count; equal counts keep their order. */
function byFallingCount(counts: Float32Array): Uint32Array {
  const order = Uint32Array.from(counts, (_, row) => row)
  let sorted = true
  for (let i = 1; i < counts.length && sorted; i++) sorted = counts[i] <= counts[i - 1]
  return sorted ? order : order.sort((a, b) => counts[b] - counts[a] || a - b)
}

/** The ends of the clusters of similar counts, among the rows sorted by falling count. */
function countEnds(counts: Float32Array, order: Uint32Array, groups: number): number[] {
  const rows = order.length
  const rising = Float64Array.from(order, (_, i) => Math.log(counts[order[rows - 1 - i]]))
  const ends = clusterEnds(rising, groups)
  return [
    ...ends
      .slice(0, -1)
      .reverse()
      .map((end) => rows - end),
    rows
  ]
}

/** Halves the largest run until there are `groups` runs, if there are fewer different counts. */
function halved(ends: readonly number[], groups: number): number[] {
  const more = [...ends]
  while (more.length < groups) {
    const size = (run: number) => more[run] - (more[run - 1] ?? 0)
    let largest = 0
    for (let run = 1; run < more.length; run++) if (size(run) > size(largest)) largest = run
    more.splice(largest, 0, more[largest] - (size(largest) >> 1))
  }
  return more
}

/**
 * The first group of each row; group 0 has the most frequent ones. `grouping=counts` clusters the logarithms of the counts, and
 * halves the largest clusters if there are fewer different counts than groups. If all counts are equal, groups have equal size.
 */
export function firstGroups(counts: Float32Array, groups: number, grouping: Options['grouping']): Uint16Array {
  const rows = counts.length
  const order = byFallingCount(counts)
  const flat = counts[order[0]] === counts[order[rows - 1]]
  const ends =
    grouping === 'counts' && !flat
      ? halved(countEnds(counts, order, groups), groups)
      : Array.from({ length: groups }, (_, group) => Math.round(((group + 1) * rows) / groups))
  const ids = new Uint16Array(rows)
  let group = 0
  for (let i = 0; i < rows; i++) {
    while (i >= ends[group]) group++
    ids[order[i]] = group
  }
  return ids
}

/** How many rows each group has. */
export function sizesOf(ids: Uint16Array, count: number): number[] {
  const sizes = new Array<number>(count).fill(0)
  for (const id of ids) sizes[id] = sizes[id] + 1
  return sizes
}

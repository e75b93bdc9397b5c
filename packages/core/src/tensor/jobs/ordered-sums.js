/**
 * Rows summed in float32 before they are added in float64, for about 1 MB: they stay in the cache. A function of the
 * shape alone, because the sum depends on it.
 * @param {number} dim
 */
export const rowsPerSum = (dim) => Math.max(64, 2 ** Math.floor(Math.log2(2 ** 18 / dim)))

/**
 * Waits until all earlier jobs have added their part, then adds `part` to `sums` from `at` on: sums round alike whatever the number of threads.
 * The first half of `sums` is of the segments that are complete, the second one of the segment so far: so they also round alike where
 * segments are added up elsewhere.
 * @param {{ readonly sums: Float64Array, readonly turns: Int32Array, readonly turn: number, readonly jobs: number }} job `turns` counts the jobs
 *   that have added their part, for each of several sums; `turn` is how many come before this one; a segment is `jobs` of them
 * @param {number} index of the sum in `turns`
 * @param {number} at
 * @param {Float64Array | undefined} part
 * @param {number} size of the part
 */
export function addInTurn({ sums, turns, turn, jobs }, index, at, part, size) {
  for (let now = Atomics.load(turns, index); now < turn; now = Atomics.load(turns, index)) {
    Atomics.wait(turns, index, now)
  }
  const own = sums.length / 2 + at
  if (turn > 0 && turn % jobs === 0) closeSegment(sums, at, size)
  if (part) for (let i = 0; i < size; i++) sums[own + i] += part[i]
  Atomics.store(turns, index, turn + 1)
  Atomics.notify(turns, index)
}

/**
 * Adds the sums of a segment to those before it, `size` of them from `at` on, and begins another.
 * @param {Float64Array} sums
 * @param {number} at
 * @param {number} size
 */
export function closeSegment(sums, at, size) {
  const own = sums.length / 2
  for (let i = at; i < at + size; i++) {
    sums[i] += sums[own + i]
    sums[own + i] = 0
  }
}

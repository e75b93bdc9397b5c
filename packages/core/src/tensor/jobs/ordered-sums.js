/**
 * Rows summed in float32 before they are added in float64, for about 1 MB: they stay in the cache. A function of the
 * shape alone, because the sum depends on it.
 * @param {number} dim
 */
export const rowsPerSum = (dim) => Math.max(64, 2 ** Math.floor(Math.log2(2 ** 18 / dim)))

/**
 * Waits until all earlier jobs have added their part, then adds `part` to `sums` from `at` on: sums round alike whatever the number of threads.
 * @param {{ readonly sums: Float64Array, readonly turns: Int32Array, readonly turn: number }} job `turns` counts the jobs that have added
 *   their part, for each of several sums; `turn` is how many come before this one
 * @param {number} index of the sum in `turns`
 * @param {number} at
 * @param {Float64Array | undefined} part
 */
export function addInTurn({ sums, turns, turn }, index, at, part) {
  for (let now = Atomics.load(turns, index); now < turn; now = Atomics.load(turns, index)) {
    Atomics.wait(turns, index, now)
  }
  if (part) for (let i = 0; i < part.length; i++) sums[at + i] += part[i]
  Atomics.store(turns, index, turn + 1)
  Atomics.notify(turns, index)
}

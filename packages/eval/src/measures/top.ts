/** The `k` best rows of each of several lists, in two arrays of `lists × k`, best first. */
export interface Top {
  readonly k: number
  readonly scores: Float64Array
  /** −1 where fewer have been offered. */
  readonly rows: Int32Array
}

/** Lists with nothing in them. */
export const emptyTop = (lists: number, k: number): Top => ({
  k,
  scores: new Float64Array(lists * k).fill(-Infinity),
  rows: new Int32Array(lists * k).fill(-1)
})

/** Puts a row that is better than the last of list `list` in its place; among equal ones, the earlier one stays first. */
export function insert({ k, scores, rows }: Top, list: number, score: number, row: number): void {
  let at = list * k + k - 1
  for (; at > list * k && scores[at - 1] < score; at--) {
    scores[at] = scores[at - 1]
    rows[at] = rows[at - 1]
  }
  scores[at] = score
  rows[at] = row
}

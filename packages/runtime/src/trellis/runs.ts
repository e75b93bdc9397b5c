import { fail } from '../check.js'

/** The level of each row of a table, as runs of rows of one level. */
export interface Runs {
  /** The row after the last one of each run. */
  readonly ends: Float64Array
  readonly levels: Uint8Array
}

/**
 * Packs levels below `count`: for each run of rows of one level the number `length · count + level`, 7 bits a byte, the low ones first,
 * with bit 7 set in all bytes but the last.
 */
export function packRuns(levels: ArrayLike<number>, count: number): Uint8Array<ArrayBuffer> {
  const bytes: number[] = []
  for (let row = 0, start = 0; row < levels.length; start = row) {
    while (row < levels.length && levels[row] === levels[start]) row++
    let number = (row - start) * count + levels[start]
    for (; number > 127; number = Math.floor(number / 128)) bytes.push((number % 128) | 128)
    bytes.push(number)
  }
  return Uint8Array.from(bytes)
}

/** The runs that bytes hold; throws `bad-input` unless they cover `rows` rows. */
export function parseRuns(bytes: Uint8Array, count: number, rows: number): Runs {
  const ends = new Float64Array(bytes.length)
  const levels = new Uint8Array(bytes.length)
  let runs = 0
  let end = 0
  for (let at = 0; at < bytes.length; runs++) {
    let number = 0
    let unit = 1
    do {
      // Seven bytes hold 2³² rows of any level.
      if (at === bytes.length || unit >= 2 ** 49) fail('bad-input', `scale: run ${runs} does not end`)
      number += (bytes[at] & 127) * unit
      unit *= 128
    } while (bytes[at++] > 127)
    const length = Math.floor(number / count)
    end += length
    if (length === 0 || end > rows) fail('bad-input', `scale: run ${runs} of ${length} rows, of a table of ${rows}`)
    ends[runs] = end
    levels[runs] = number % count
  }
  if (end !== rows) fail('bad-input', `scale: runs of ${end} rows in all, of a table of ${rows}`)
  return { ends: ends.subarray(0, runs), levels: levels.subarray(0, runs) }
}

/** A function that tells the level of a row, quickly where rows are asked for in order. */
export function levelOf({ ends, levels }: Runs): (row: number) => number {
  let last = 0
  return (row) => {
    if (row >= ends[last] || (last > 0 && row < ends[last - 1])) {
      let [low, high] = [0, ends.length - 1]
      while (low < high) {
        const middle = (low + high) >> 1
        if (row < ends[middle]) high = middle
        else low = middle + 1
      }
      last = low
    }
    return levels[last]
  }
}

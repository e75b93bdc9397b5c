/** Values of a block. */
export const blockSize = 32
/** Levels of a grid at most. */
const mostLevels = 256

// Where the level of a value changes: at the inverses of scales. The lowest bits of each number say which value's level it is.

const most = blockSize * mostLevels
const events = new Float64Array(most)
const eventWords = new Int32Array(events.buffer)
const sorted = new Float64Array(most)
const sortedWords = new Int32Array(sorted.buffer)
const bucketOf = new Uint8Array(most)
const buckets = 256
const ends = new Uint16Array(buckets + 1)
const valueMask = blockSize - 1

/**
 * Puts an event in its place.
 * @param {number} place 0, 1, 2 …
 * @param {number} inverse
 * @param {number} value
 */
export function putEvent(place, inverse, value) {
  events[place] = inverse
  // The lower word comes first on every machine that runs this.
  eventWords[2 * place] = (eventWords[2 * place] & ~valueMask) | value
}

/** Which value's level changes at an event, of those in order. @param {number} place */
export const valueAt = (place) => sortedWords[2 * place] & valueMask

/**
 * Puts the first `count` events in rising order: into buckets, which are about alike since the inverses are about equally spaced, and then by
 * insertion.
 * @param {number} count
 * @param {number} lowest of them, or less
 * @param {number} highest of them, or more
 */
export function sortEvents(count, lowest, highest) {
  const factor = highest > lowest ? (buckets - 1) / (highest - lowest) : 0
  ends.fill(0)
  for (let e = 0; e < count; e++) {
    const bucket = ((events[e] - lowest) * factor) | 0
    bucketOf[e] = bucket
    ends[bucket + 1]++
  }
  for (let bucket = 0; bucket < buckets; bucket++) ends[bucket + 1] += ends[bucket]
  for (let e = 0; e < count; e++) sorted[ends[bucketOf[e]]++] = events[e]
  for (let e = 1; e < count; e++) {
    const inverse = sorted[e]
    let at = e - 1
    for (; at >= 0 && sorted[at] > inverse; at--) sorted[at + 1] = sorted[at]
    sorted[at + 1] = inverse
  }
}

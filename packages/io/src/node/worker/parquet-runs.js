// Plain JavaScript, as beside: runs in a thread.

/** The most numbers in a row: longer lists end the whole program, since no array of V8 can have as many as some file may say. */
const longestList = 1 << 24

/**
 * Checks runs of levels or indices, `values` at most: one that is longer than what is left would be written beyond its array, which ends the whole program.
 * @param {Uint8Array} bytes
 * @param {number} width bits of a value
 * @param {number} values
 * @param {{ length: number } | undefined} list numbers of the row that goes on, where these are levels of repetition
 */
export function checkRuns(bytes, width, values, list) {
  let at = 0
  for (let seen = 0; seen < values && at < bytes.length; ) {
    let header = 0
    for (let shift = 0, byte = 0x80; byte & 0x80; shift += 7) {
      if (at === bytes.length || shift > 28) throw new Error('a run has no length')
      byte = bytes[at++]
      header += (byte & 0x7f) * 2 ** shift
    }
    const count = Math.floor(header / 2)
    const packed = header % 2 === 1
    const length = packed ? count * width : Math.ceil(width / 8)
    // The library takes a byte for it all the same, and would go on in the middle of another run.
    if (packed && count === 0) throw new Error('a packed run of no values')
    if (!packed && count > values - seen) throw new Error(`a run of ${count} values, of ${values - seen} that are left`)
    for (let i = at; list && i < Math.min(at + length, bytes.length); i++) {
      const repeats = bytes[i] === (packed ? 0xff : 1)
      list.length = repeats ? list.length + (packed ? 8 : count) : 0
      if (list.length > longestList) throw new Error(`more than ${longestList} numbers in a row`)
    }
    at += length
    seen += packed ? count * 8 : count
  }
}

import { parseFloats } from '../parse-floats.js'
import { moduleBase64 } from './module.js'

// Plain JavaScript, as all that threads parse text with.

/**
 * Text and the numbers in it: `floats` is `parseFloats` of these two.
 * @typedef {object} Room
 * @property {Uint8Array} bytes
 * @property {Float32Array} values
 * @property {(at: number, count: number, into: number) => number} floats
 */

/**
 * @typedef {object} Loops
 * @property {WebAssembly.Memory} memory
 * @property {(at: number, count: number, out: number) => number} floats
 * @property {() => number} remaining
 */

/** @type {WebAssembly.Module | null | undefined} */
let compiled

/** Null where there is no WebAssembly, or a page's policy forbids to compile it. */
function compile() {
  try {
    return new WebAssembly.Module(Uint8Array.from(atob(moduleBase64), (character) => character.charCodeAt(0)))
  } catch {
    return null
  }
}

const pageBytes = 2 ** 16
/** The loops' own data lies below. */
const firstByte = 4096
/** Bytes after the text that the loops may read. */
const spare = 32
/** WebAssembly has places for so many bytes; the loops take the highest bit for a sign. */
const mostBytes = 2 ** 31 - 2 ** 20

/**
 * Room in JavaScript's own memory.
 * @param {number} length
 * @param {number} count
 * @returns {Room}
 */
export function plainRoom(length, count) {
  const [bytes, values] = [new Uint8Array(length), new Float32Array(count)]
  return { bytes, values, floats: (at, count, into) => parseFloats(bytes, at, count, values, into) }
}

/**
 * Room for so many bytes of text and so many numbers, which compiled loops parse where they run. What they leave to JavaScript are
 * numbers of more than 15 digits, or with an exponent.
 * @param {number} length
 * @param {number} count
 * @returns {Room}
 */
export function roomFor(length, count) {
  const valuesAt = Math.ceil((firstByte + length + spare) / 16) * 16
  const end = valuesAt + 4 * count
  compiled ??= end <= mostBytes ? compile() : undefined
  if (!compiled || end > mostBytes) return plainRoom(length, count)
  const { memory, floats, remaining } = /** @type {Loops} */ (
    /** @type {unknown} */ (new WebAssembly.Instance(compiled).exports)
  )
  memory.grow(Math.ceil(end / pageBytes))
  const bytes = new Uint8Array(memory.buffer, firstByte, length)
  const values = new Float32Array(memory.buffer, valuesAt, count)
  return {
    bytes,
    values,
    floats(at, count, into) {
      let [from, done] = [at, 0]
      for (;;) {
        const end = floats(firstByte + from, count - done, valuesAt + 4 * (into + done))
        if (end >= 0) return end - firstByte
        done = count - remaining()
        const stop = (end & 0x7fffffff) - firstByte
        // It stopped before a number, after a space, or where a space should have been.
        const next = done === 0 || bytes[stop - 1] === 32 ? parseFloats(bytes, stop, 1, values, into + done) : -1
        if (next < 0) return -1 - done
        if (++done === count) return next
        if (bytes[next] !== 32) return -1 - done
        from = next + 1
      }
    }
  }
}

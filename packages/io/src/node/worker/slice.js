import { fstatSync, readSync } from 'node:fs'
import { longestLine } from '../../text/longest-line.js'
import { parseBlock, scratchFor } from '../../text/parse-block.js'

// Plain JavaScript, here and beside: the same files run in worker threads from the sources and from the build.

/** @import { TextBlock } from '../../text/parse-block.js' */

/**
 * A text to parse in slices of about `sliceBytes`: lines belong to the slice in which they begin.
 * @typedef {{ fd: number, size: number, start: number, dim: number, sliceBytes: number, slices: number, wordless?: boolean | undefined }} Job
 */

/**
 * What stops the reading after the lines of a slice: a line too long, a file that ends early or has grown to `size`, an
 * error of the file system.
 * @typedef {{ kind: 'long' } | { kind: 'ended', at: number } | { kind: 'grown', size: number } | { kind: 'io', code: string, message: string }} Fault
 */

/**
 * The lines of a slice, parsed; the values in shared memory.
 * @typedef {TextBlock & { words: Uint8Array<ArrayBuffer>, ends: Uint32Array<ArrayBuffer>, unended: boolean, fault: Fault | undefined }} Slice
 */

/** Bytes read at a time to find the end of a slice's last line. */
const step = 1 << 16

/**
 * @param {TextBlock} block
 * @param {boolean} unended
 * @param {Fault | undefined} fault
 * @returns {Slice}
 */
function owned(block, unended, fault) {
  const values = new Float32Array(new SharedArrayBuffer(block.values.byteLength))
  values.set(block.values)
  return { ...block, values, words: block.words.slice(), ends: block.ends.slice(), unended, fault }
}

/**
 * @param {unknown} error
 * @returns {Fault}
 */
function faultOf(error) {
  const { code, message } = /** @type {{ code?: unknown, message?: unknown }} */ (error)
  return { kind: 'io', code: String(code), message: String(message) }
}

/**
 * A function that reads and parses slice 0, 1, 2 … of a job.
 * @param {Job} job
 * @returns {(index: number) => Slice}
 */
export function sliceReader({ fd, size, start, dim, sliceBytes, wordless }) {
  let scratch = scratchFor(sliceBytes + step + 2, dim)

  /**
   * Reads `bytes[at .. to)` of the scratch from byte `offset + at` of the file.
   * @param {number} offset
   * @param {number} at
   * @param {number} to
   * @returns {Fault | undefined}
   */
  function fill(offset, at, to) {
    try {
      for (let filled = at; filled < to; ) {
        const count = readSync(fd, scratch.bytes, filled, to - filled, offset + filled)
        if (count === 0) return { kind: 'ended', at: offset + filled }
        filled += count
      }
      const now = offset + to === size ? fstatSync(fd).size : size
      return now > size ? { kind: 'grown', size: now } : undefined
    } catch (error) {
      return faultOf(error)
    }
  }

  /**
   * Reads on to the end of the line that begins at `line` and goes beyond `from`.
   * @param {number} offset
   * @param {number} line
   * @param {number} from
   * @returns {{ end: number, unended: boolean, fault?: Fault | undefined }}
   */
  function finishLine(offset, line, from) {
    for (let filled = from; ; ) {
      if (filled - line > longestLine) return { end: line, unended: false, fault: { kind: 'long' } }
      if (offset + filled === size) {
        scratch.bytes[filled] = 10
        return { end: filled + 1, unended: true }
      }
      const to = Math.min(filled + step, size - offset)
      if (to + 1 > scratch.bytes.length) {
        const { bytes } = scratch
        scratch = scratchFor(2 * to, dim)
        scratch.bytes.set(bytes)
      }
      const fault = fill(offset, filled, to)
      if (fault) return { end: line, unended: false, fault }
      const found = scratch.bytes.subarray(filled, to).indexOf(10)
      if (found < 0) filled = to
      else if (filled + found - line > longestLine) return { end: line, unended: false, fault: { kind: 'long' } }
      else return { end: filled + found + 1, unended: false }
    }
  }

  return (index) => {
    const begin = start + index * sliceBytes
    // A line begins in the slice where the byte before it is a line end.
    const offset = index === 0 ? begin : begin - 1
    const filled = Math.min(begin + sliceBytes, size) - offset
    const fault = fill(offset, 0, filled)
    const { bytes } = scratch
    const first = index === 0 ? 0 : bytes.subarray(0, filled).indexOf(10) + 1
    if (fault || first === filled || (first === 0 && index > 0)) {
      return owned(parseBlock(scratch, 0, 0, dim), false, fault)
    }
    const line = bytes.subarray(0, filled).lastIndexOf(10) + 1
    const last = line === filled ? { end: filled, unended: false } : finishLine(offset, line, filled)
    return owned(parseBlock(scratch, first, last.end, dim, wordless), last.unended, last.fault)
  }
}

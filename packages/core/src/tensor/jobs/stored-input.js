/** @import { FileBytes, Piece } from '../../matrix/eight-bits.js' */

// Plain JavaScript, as what imports it: threads run it too, from the sources and from the build.

/**
 * Writes bytes of rows, from byte `at` of them on, to `into`. Throws `Unread`.
 * @typedef {(into: Uint8Array, at: number) => void} Fill
 */

/** Bytes that could not be read: what is wrong with them is found by reading them again. */
class Unread extends Error {}

/**
 * @typedef {{ readSync(fd: number, into: Uint8Array, offset: number, length: number, at: number): number }} Files
 * @typedef {{ process: { getBuiltinModule(name: 'node:fs'): Files } }} Node
 */

/**
 * @param {FileBytes} bytes
 * @param {number} skipped
 * @param {Uint8Array} into
 */
function readFrom({ fd, at }, skipped, into) {
  const { readSync } = /** @type {Node} */ (/** @type {object} */ (globalThis)).process.getBuiltinModule('node:fs')
  try {
    for (let done = 0; done < into.length; ) {
      const read = readSync(fd, into, done, into.length - done, at + skipped + done)
      if (read === 0) throw new Error('the file has become shorter')
      done += read
    }
  } catch (cause) {
    throw new Unread('rows were not read', { cause })
  }
}

/**
 * What gives the bytes of pieces, which lie one after another.
 * @param {readonly Piece[]} pieces
 * @returns {Fill}
 */
export const fillFrom = (pieces) => (into, at) => {
  let filled = 0
  let start = 0
  for (const piece of pieces) {
    const skipped = Math.max(0, at + filled - start)
    const some = Math.min(piece.length - skipped, into.length - filled)
    start += piece.length
    if (some <= 0) continue
    const room = into.subarray(filled, filled + some)
    if (piece instanceof Uint8Array) room.set(piece.subarray(skipped, skipped + some))
    else readFrom(piece, skipped, room)
    filled += some
  }
}

/**
 * The same of bytes from `first` on.
 * @param {Fill} fill
 * @param {number} first
 * @returns {Fill}
 */
export const shifted = (fill, first) => (into, at) => fill(into, first + at)

/**
 * What `work` makes; `unread` where bytes could not be read.
 * @template {object} Made
 * @param {() => Made | Promise<Made>} work
 * @returns {Promise<Made | { readonly unread: true }>}
 */
export async function whereRead(work) {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Unread) return { unread: true }
    throw error
  }
}

import { type Matrix, SlimbedError } from '@slimbed/core'
import { rowHashes } from '../encode/row-hash.js'
import type { GgufHeader } from '../header/header.js'
import { shownName } from '../header/tensors.js'

const damaged = (message: string) =>
  new SlimbedError('corrupt-file', `what was written is not what was meant: ${message}; nothing is kept of it`)

/**
 * A matrix that was written, whose reads compare the hash of every row with that of the row which the encoder meant. They reject with
 * `corrupt-file` for the first that differs.
 */
export function comparedRows(written: Matrix, hashes: Int32Array, tensor: string): Matrix {
  const { rows, dim } = written
  return {
    rows,
    dim,
    async read(start, count, into) {
      const values = await written.read(start, count, into)
      const found = rowHashes(values, dim)
      for (const [i, hash] of found.entries()) {
        if (hash !== hashes[start + i]) throw damaged(`row ${start + i} of ${shownName(tensor)} differs`)
      }
      return values
    }
  }
}

/** Throws `corrupt-file` unless a header that was written says what the original said, but for the types and places of tensors. */
export function compareHeaders(original: GgufHeader, written: GgufHeader, planned: Uint8Array): void {
  const same = planned.length === written.bytes.length && planned.every((byte, i) => byte === written.bytes[i])
  if (!same || written.tensors.length !== original.tensors.length) throw damaged('the header differs')
  for (const [i, { name, shape }] of original.tensors.entries()) {
    const other = written.tensors[i]
    if (other.name !== name || other.shape.join() !== shape.join()) throw damaged(`tensor ${shownName(name)} differs`)
  }
}

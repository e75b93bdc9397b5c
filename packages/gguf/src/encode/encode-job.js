import { rowHashes } from './row-hash.js'
import { encoders } from './types.js'

/** Encodes rows: their bytes in the file, and a hash of what each row has become. */
export const encodeJob = {
  url: import.meta.url,
  name: 'encodeJob',
  /**
   * @param {{ rows: number, dim: number, data: Float32Array }} rows
   * @param {{ readonly type: string }} given the name of a type that is written
   */
  run({ rows, dim, data }, { type }) {
    const { bytes: blockBytes, encode } = encoders[type]
    const bytes = new Uint8Array(((rows * dim) / 32) * blockBytes)
    const values = new Float32Array(rows * dim)
    for (let at = 0, to = 0; at < values.length; at += 32, to += blockBytes) encode(data, at, bytes, to, values)
    return { bytes, hashes: rowHashes(values, dim) }
  }
}

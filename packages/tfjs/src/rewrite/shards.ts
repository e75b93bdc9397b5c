import type { Weight } from '../model/types.js'
import type { Shard } from './options.js'

/** Bytes of a file of weights, as converters make them, so that browsers keep them. */
const shardBytes = 4 * 2 ** 20

/** The files of weights, one after another. */
export function shardsOf(weights: readonly Weight[], name: string): Shard[] {
  const data = new Uint8Array(weights.reduce((sum, { bytes }) => sum + bytes.length, 0))
  let at = 0
  for (const { bytes } of weights) {
    data.set(bytes, at)
    at += bytes.length
  }
  const count = Math.max(1, Math.ceil(data.length / shardBytes))
  return Array.from({ length: count }, (_, i) => ({
    name: `${name}-shard${i + 1}of${count}.bin`,
    bytes: data.subarray(i * shardBytes, (i + 1) * shardBytes)
  }))
}

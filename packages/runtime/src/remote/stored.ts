import type { SafetensorsEntry } from '../file/safetensors.js'
import type { TensorChecks } from '../file/verify.js'
import { dtypeOf, tensorView } from '../file/view.js'
import type { BlockCache } from './block-cache.js'
import type { StoredTensor } from './node.js'
import type { Source } from './source.js'
import { once } from './together.js'

/** The tensor at `entry` of a source. */
export function storedTensor(
  source: Source,
  cache: BlockCache,
  entry: SafetensorsEntry,
  { check }: TensorChecks
): StoredTensor {
  const { shape, begin, end } = entry
  const dtype = dtypeOf(entry)
  const [count = 0] = shape
  const tensor = (shape: readonly number[], bytes: Uint8Array) =>
    tensorView(bytes, { ...entry, shape, begin: 0, end: bytes.length })
  return {
    dtype,
    shape,
    entry,
    all: once(async (options) => {
      const bytes = await source.read(begin, end - begin, options)
      check(bytes, entry)
      return tensor(shape, bytes)
    }),
    async rows(ids, options) {
      const rowBytes = count === 0 ? 0 : (end - begin) / count
      return tensor([ids.length, ...shape.slice(1)], await cache.rows(entry, rowBytes, ids, options))
    }
  }
}

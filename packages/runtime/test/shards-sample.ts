import { save } from '../../core/src/index.js'
import { crc32, hex8, safetensorsDataStart, vocabularyOf } from '../src/file/index.js'
import { dense, product, type Table } from '../src/index.js'
import { formatShards, type ShardsManifest } from '../src/shards/index.js'

export const dim = 3
const tableOf = (count: number, first: number): Table => {
  const left = dense(
    count,
    2,
    Float32Array.from({ length: count * 2 }, (_, i) => Math.sin(first * 2 + i))
  )
  return product(left, dense(2, dim, Float32Array.of(1, 0, 2, 0, 1, first)))
}

/** Shards of so many rows each, words `w0`, `w1` … */
export async function shards(counts: readonly number[]) {
  const files = new Map<string, Uint8Array>()
  const parts = []
  let first = 0
  for (const [i, count] of counts.entries()) {
    const words = Array.from({ length: count }, (_, row) => `w${first + row}`)
    const bytes = await save({ table: tableOf(count, first), vocabulary: vocabularyOf(words), provenance: {} })
    const file = `part-${i}.safetensors`
    files.set(file, bytes)
    const header = hex8(crc32(bytes.subarray(0, safetensorsDataStart(bytes, bytes.length))))
    parts.push({ file, rows: count, bytes: bytes.length, header })
    first += count
  }
  const manifest: ShardsManifest = { rows: first, dim, parts, provenance: { pipeline: 'x' } }
  return { files, manifest, bytes: formatShards(manifest) }
}

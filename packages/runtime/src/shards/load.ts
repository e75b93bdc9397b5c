import { fail } from '../check.js'
import { crc32, hex8 } from '../file/crc32.js'
import { type LoadOptions, load } from '../file/load.js'
import { safetensorsDataStart } from '../file/safetensors.js'
import { partition } from '../kinds/partition.js'
import type { Table } from '../table/table.js'
import { parseShards } from './manifest.js'

/** A table in shards in memory, given its manifest and the bytes of its files by name. Throws as `parseShards` and `load` do. */
export function loadShards(
  manifestBytes: Uint8Array,
  files: ReadonlyMap<string, Uint8Array>,
  options: LoadOptions = {}
): Table {
  const { rows, dim, parts } = parseShards(manifestBytes)
  const tables = parts.map(({ file, bytes, header, rows: own }) => {
    const found = files.get(file) ?? fail('bad-input', `${file} is missing`)
    if (found.length !== bytes) fail('corrupt-file', `${file}: ${bytes} bytes were expected, it has ${found.length}`)
    if (hex8(crc32(found.subarray(0, safetensorsDataStart(found, bytes)))) !== header) {
      fail('corrupt-file', `${file}: the header is not the one that the manifest names`)
    }
    const { table } = load(found, options)
    if (table.rows !== own || table.dim !== dim) {
      fail('corrupt-file', `${file}: expected ${own} × ${dim}, it is ${table.rows} × ${table.dim}`)
    }
    return table
  })
  // Only now is it known that there are as many rows.
  const group = new Uint32Array(rows)
  let row = 0
  for (const [index, { rows: own }] of tables.entries()) {
    group.fill(index, row, row + own)
    row += own
  }
  return partition(group, tables)
}

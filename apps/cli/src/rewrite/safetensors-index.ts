import { readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { parseShardIndex } from '@slimbed/io'
import { isFolder } from '@slimbed/io/node'
import { isObject, type Json, SlimbedError } from '@slimbed/runtime'
import { indexName } from './safetensors-index-name.js'

/** The most bytes of an index: one of a million tensors takes 100 MB. */
const mostBytes = 2 ** 27
/** The most shards of a model: all are open at once. */
const mostFiles = 1000

/** A model in shards, by its index. */
export interface ShardIndex {
  readonly path: string
  /** The folder of the model, where that was given: its other files are copied. */
  readonly folder: string | undefined
  readonly json: Readonly<Record<string, Json>>
  readonly bytes: number
  /** The names of the shards, in the order of the index. */
  readonly files: readonly string[]
  /** The shard that each tensor is in, by their names. */
  readonly map: ReadonlyMap<string, string>
}

/** Reads an index, given by its name or its folder. Rejects with `corrupt-file` for what is none, and for shards outside of the folder. */
export async function readIndex(given: string): Promise<ShardIndex> {
  const folder = (await isFolder(given)) ? given : undefined
  const path = folder === undefined ? given : join(folder, indexName)
  const wrong = (what: string) => new SlimbedError('corrupt-file', `${path}: expected the index of a model: ${what}`)
  const { size } = await stat(path)
  if (size > mostBytes) throw wrong(`${size} bytes are too many`)
  const index = parseShardIndex(path, await readFile(path))
  if (!index) throw wrong('it has no weight_map')
  const { json, map } = index
  const files = [...new Set(map.values())]
  if (files.length > mostFiles) throw wrong(`it has ${files.length} shards`)
  return { path, folder, json, bytes: size, files, map }
}

/** The path of a shard. */
export const shardPath = ({ path }: ShardIndex, file: string): string => join(dirname(path), file)

/** An index as it is, with another size of all tensors where it had one. */
export function indexWith({ json }: ShardIndex, totalSize: number): Uint8Array {
  const { metadata } = json
  const sized = isObject(metadata) && 'total_size' in metadata ? { ...metadata, total_size: totalSize } : metadata
  const all = { ...json, ...(metadata !== undefined && { metadata: sized }) }
  return new TextEncoder().encode(`${JSON.stringify(all, undefined, 2)}\n`)
}

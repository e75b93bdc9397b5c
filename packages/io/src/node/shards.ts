import { isSlimbedError, SlimbedError, type Source } from '@slimbed/runtime'
import { parseShardIndex } from '../safetensors/shard-index.js'
import type { Host } from '../source/host.js'
import { fileSource } from './file-source.js'
import { isFolder, namesIn } from './folder.js'
import { beside, folderOf, isRemote, nameOf, within } from './net/address.js'

/** The most bytes of an index: one of a million tensors takes 100 MB. */
const mostBytes = 2 ** 27

/** The files of a model in shards: the path of each tensor's. */
export type Shards = ReadonlyMap<string, string>

/** The content of an index; undefined for a file that is not an index. Rejects with `corrupt-file` for one that is damaged. */
async function indexAt(path: string): Promise<Shards | undefined> {
  const source = await fileSource(path).catch((error) => {
    if (isRemote(path)) throw error
  })
  if (!source) return undefined
  try {
    const { size } = source
    if (size > mostBytes) return undefined
    const index = parseShardIndex(path, await source.read(0, size))
    return index && new Map(Array.from(index.map, ([tensor, file]) => [tensor, beside(path, file)]))
  } finally {
    await source.close()
  }
}

/** The index of the model that a path means: itself, or one in its folder; undefined for anything else. */
export async function indexOf(path: string): Promise<string | undefined> {
  if (!(await isFolder(path))) return nameOf(path).endsWith('.json') ? path : undefined
  const names = await namesIn(path)
  const index = names.filter((name) => name.endsWith('.safetensors.index.json')).sort()[0]
  return index === undefined ? undefined : within(path, index)
}

/** The shards of the model that a path means by its index or its folder; undefined for anything else. Rejects with `corrupt-file`. */
export async function shardsAt(path: string): Promise<Shards | undefined> {
  const index = await indexOf(path)
  return index === undefined ? undefined : indexAt(index)
}

/** Tensors of tables, by their usual names. */
const isTable = (name: string) => /embed|wte|word/i.test(name)

/**
 * For errors, the shards to choose from: those with the tensors that are asked for, else those with tensors that look like
 * tables, else all.
 */
function whichShard(shards: Shards, asked: readonly string[]): string {
  const names = [...shards.keys()]
  const meant = asked.filter((name) => shards.has(name))
  const tables = meant.length > 0 ? meant : names.filter(isTable)
  const some = tables.slice(0, 3).map((name) => `${JSON.stringify(name)} is in ${shards.get(name)}`)
  if (some.length > 0) return some.join(', ')
  const files = [...new Set(shards.values())]
  return `they are ${files.slice(0, 5).join(', ')}${files.length > 5 ? ', …' : ''}`
}

/**
 * Refuses a model in shards, given by its index or its folder, with `bad-input` that names the shard of the tensors `asked`; does nothing for
 * anything else.
 */
export async function refuseShards(path: string, asked: readonly string[]): Promise<void> {
  const shards = await shardsAt(path)
  if (!shards) return
  throw new SlimbedError('bad-input', `${path}: a model in shards; choose a tensor of it: ${whichShard(shards, asked)}`)
}

/** The file that has a tensor of a model in shards, which is given by its index or its folder; undefined for anything else. */
export async function shardWith(path: string, tensor: string | undefined): Promise<string | undefined> {
  if (tensor === undefined) return undefined
  return (await shardsAt(path))?.get(tensor)
}

/** An error about a file, with the shard beside it that has one of the tensors `asked`, where there is one. */
export async function withShard(error: unknown, path: string, asked: readonly string[]): Promise<unknown> {
  if (!isSlimbedError(error, 'bad-input')) return error
  const shards = await shardsAt(folderOf(path)).catch(() => undefined)
  const elsewhere = asked.find((name) => {
    const shard = shards?.get(name)
    return shard !== undefined && nameOf(shard) !== nameOf(path)
  })
  if (elsewhere === undefined) return error
  const place = `${JSON.stringify(elsewhere)} is in ${shards?.get(elsewhere)}`
  return new SlimbedError(error.code, `${error.message}; ${place}`, { cause: error })
}

/** A host that opens the file with a tensor, of a model in shards. An index beside the files that are read is looked for when it is needed. */
export function amongShards(host: Host, given?: Shards): Host {
  const found = new Map<string, Promise<Shards | undefined>>()
  const shardsBeside = (file: string) => {
    const folder = folderOf(file)
    const known = found.get(folder)
    if (known) return known
    const shards = shardsAt(folder)
    found.set(folder, shards)
    return shards
  }
  return {
    ...host,
    async elsewhere(file, tensor): Promise<Source | undefined> {
      // Nothing lies beside stdin.
      const shards = given ?? (file === '-' ? undefined : await shardsBeside(file))
      const other = shards?.get(tensor)
      return other === undefined || nameOf(other) === nameOf(file) ? undefined : fileSource(other)
    }
  }
}

import { isObject, type Json, type JsonObject, SlimbedError } from '@slimbed/runtime'

/** The index of a model in shards. */
export interface ShardIndex {
  readonly json: JsonObject
  /** The file of each tensor, by its name: a `.safetensors` file beside the index. */
  readonly map: ReadonlyMap<string, string>
}

/** A name of a file, and no path. */
const plain = /^[^/\\]+\.safetensors$/

/**
 * Reads an index, `model.safetensors.index.json`. Throws `corrupt-file`, naming it, for what is none, and for shards that are no `.safetensors` files beside it; undefined for another JSON, whose name is
 * not that of an index.
 */
export function parseShardIndex(name: string, bytes: Uint8Array): ShardIndex | undefined {
  const called = /\.safetensors\.index\.json(?:[?#].*)?$/s.test(name)
  const wrong = (what: string) => new SlimbedError('corrupt-file', `${name}: expected the index of a model: ${what}`)
  let json: Json | undefined
  try {
    json = JSON.parse(new TextDecoder().decode(bytes))
  } catch (error) {
    if (called) throw wrong(`it is no JSON: ${error instanceof Error ? error.message : error}`)
  }
  if (!isObject(json) || !isObject(json.weight_map)) {
    if (called) throw wrong('it has no weight_map')
    return undefined
  }
  const map = new Map<string, string>()
  for (const [tensor, file] of Object.entries(json.weight_map)) {
    if (typeof file !== 'string' || !plain.test(file)) {
      const [what, where] = [tensor, file].map((value) => JSON.stringify(value).slice(0, 100))
      throw wrong(`${what} is in ${where}, which is no .safetensors file beside it`)
    }
    map.set(tensor, file)
  }
  if (map.size === 0) throw wrong('it has no tensors')
  return { json, map }
}

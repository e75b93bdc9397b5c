import { isObject, SlimbedError, type Source } from '@slimbed/runtime'
import { readVectors } from '../read.js'
import { readSafetensorsHeader } from '../safetensors/header.js'
import { bytesOf, parseJson } from './json.js'
import { type Folder, layouts, type StaticModel } from './model.js'
import { floatsAt, indicesAt } from './numbers.js'
import { tokensOf } from './tokens.js'

/** The files of a model and what they are. */
interface Found {
  readonly place: (typeof layouts)[number]
  readonly config: Source
  readonly vectors: Source
  readonly tokenizer: Source
}

/** The first layout whose three files all exist. */
async function find(folder: Folder): Promise<Found | undefined> {
  for (const place of layouts) {
    const paths = [place.config, `${place.below}model.safetensors`, `${place.below}tokenizer.json`]
    const sources: (Source | undefined)[] = []
    for (const path of paths) sources.push(await folder(path))
    const [config, vectors, tokenizer] = sources
    if (config && vectors && tokenizer) return { place, config, vectors, tokenizer }
    for (const source of sources) await source?.close?.()
  }
  return undefined
}

/** Whether `modules.json` of sentence-transformers has a step that normalizes. */
async function modulesNormalize(folder: Folder): Promise<boolean> {
  const source = await folder('modules.json')
  if (!source) return false
  const modules = parseJson(source.name, await bytesOf(source))
  await source.close?.()
  const types = Array.isArray(modules) ? modules.map((module) => (isObject(module) ? module.type : undefined)) : []
  return types.some((type) => typeof type === 'string' && type.endsWith('.Normalize'))
}

/**
 * Reads a static embedding model from its folder: one of model2vec, or a `StaticEmbedding` of sentence-transformers. The vectors
 * are read when asked for.
 *
 * Rejects with `not-found` when the folder has neither, `bad-input` for parts that do not fit together, `corrupt-file`.
 */
export async function readStaticModel(name: string, folder: Folder): Promise<StaticModel> {
  const found = await find(folder)
  if (!found) {
    const files = 'config.json or config_sentence_transformers.json, model.safetensors and tokenizer.json'
    throw new SlimbedError('not-found', `${name}: expected a model of model2vec or sentence-transformers: ${files}`)
  }
  const { place, vectors } = found
  const close = async () => {
    for (const source of [found.config, vectors, found.tokenizer]) await source.close?.()
  }
  try {
    const config = parseJson(found.config.name, await bytesOf(found.config))
    if (!isObject(config)) throw new SlimbedError('corrupt-file', `${found.config.name}: expected a JSON object`)
    const { tensors } = await readSafetensorsHeader(vectors)
    const { matrix } = await readVectors({ ...vectors, close: async () => {} }, { tensor: place.matrix })
    const [weightsEntry, mappingEntry] = [tensors.get('weights'), tensors.get('mapping')]
    const mapping = mappingEntry && (await indicesAt(vectors, mappingEntry, matrix.rows))
    const weights = weightsEntry && (await floatsAt(vectors, weightsEntry))
    const count = mapping?.length ?? matrix.rows
    if (weights && weights.length !== count) {
      throw new SlimbedError('bad-input', `${vectors.name}: ${weights.length} weights for ${count} tokens`)
    }
    const tokenizer = await bytesOf(found.tokenizer)
    const tokens = tokensOf(found.tokenizer.name, parseJson(found.tokenizer.name, tokenizer), count)
    const normalize = place.layout === 'model2vec' ? config.normalize === true : await modulesNormalize(folder)
    const parts = { ...(weights && { weights }), ...(mapping && { mapping }) }
    return { layout: place.layout, matrix, tokens, tokenizer, config, normalize, ...parts, bytes: vectors.size, close }
  } catch (error) {
    await close()
    throw error
  }
}

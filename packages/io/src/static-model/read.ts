import { isObject, type Json, type Matrix, type SafetensorsHeader, SlimbedError, type Source } from '@slimbed/runtime'
import { readVectors } from '../read.js'
import { readSafetensorsHeader } from '../safetensors/header.js'
import { bytesOf, parseJson } from './json.js'
import { type Folder, layouts, type StaticModel } from './model.js'
import { floatsAt, indicesAt } from './numbers.js'
import { model2vecSettings, sentenceTransformersSettings } from './text-settings.js'
import { allTokens, tokensOf } from './tokens.js'
import { signedBytes } from './whole-numbers.js'

type Place = (typeof layouts)[number]

/** The files of a model and what they are. */
interface Found {
  readonly place: Place
  readonly config: Source
  readonly vectors: Source
  readonly tokenizer: Source
}

/** Throws `bad-input` for the vectors of a static model, which are of no use without a tokenizer. */
async function missTokenizer(vectors: Source, { matrix }: Place): Promise<void> {
  const header = await readSafetensorsHeader(vectors)
  if (header.tensors.get(matrix)?.shape.length !== 2) return
  const remedy = 'copy the one that the model was made with, or give --tensor to compress the rows alone'
  throw new SlimbedError('bad-input', `${vectors.name}: there is no tokenizer.json beside it: ${remedy}`)
}

/** The first layout whose three files all exist. Rejects with `bad-input` for a model that lacks its tokenizer. */
async function find(folder: Folder): Promise<Found | undefined> {
  for (const place of layouts) {
    const paths = [place.config, `${place.below}model.safetensors`, `${place.below}tokenizer.json`]
    const sources: (Source | undefined)[] = []
    for (const path of paths) sources.push(await folder(path))
    const [config, vectors, tokenizer] = sources
    if (config && vectors && tokenizer) return { place, config, vectors, tokenizer }
    try {
      if (config && vectors) await missTokenizer(vectors, place)
    } finally {
      for (const source of sources) await source?.close?.()
    }
  }
  return undefined
}

/** What a file of a folder has, which may be missing. */
async function jsonIn(folder: Folder, path: string): Promise<Json | undefined> {
  const source = await folder(path)
  if (!source) return undefined
  try {
    return parseJson(source.name, await bytesOf(source))
  } finally {
    await source.close?.()
  }
}

/** The rows of a model, and whether their scale is lost. */
async function rowsIn(
  vectors: Source,
  { tensors }: SafetensorsHeader,
  name: string
): Promise<{ matrix: Matrix; unscaled: boolean }> {
  const entry = tensors.get(name)
  if (entry?.dtype === 'I8') return { matrix: signedBytes(vectors, entry), unscaled: true }
  const { matrix } = await readVectors({ ...vectors, close: async () => {} }, { tensor: name })
  return { matrix, unscaled: false }
}

/** Throws `bad-input` where model2vec does: for as many tokens as rows are needed, unless tokens share rows. */
function checkCount(name: string, count: number, rows: number): void {
  if (count === rows) return
  throw new SlimbedError(
    'bad-input',
    `${name}: ${count} tokens, but the model has ${rows} rows: they do not belong together`
  )
}

async function modelOf(folder: Folder, { place, ...files }: Found): Promise<Omit<StaticModel, 'close'>> {
  const { vectors } = files
  const config = parseJson(files.config.name, await bytesOf(files.config))
  if (!isObject(config)) throw new SlimbedError('corrupt-file', `${files.config.name}: expected a JSON object`)
  const header = await readSafetensorsHeader(vectors)
  const { matrix, unscaled } = await rowsIn(vectors, header, place.matrix)
  const [weightsEntry, mappingEntry] = [header.tensors.get('weights'), header.tensors.get('mapping')]
  const mapping = mappingEntry && (await indicesAt(vectors, mappingEntry, matrix.rows))
  const weights = weightsEntry && (await floatsAt(vectors, weightsEntry))
  const count = mapping?.length ?? matrix.rows
  if (weights && weights.length !== count) {
    throw new SlimbedError('bad-input', `${vectors.name}: ${weights.length} weights for ${count} tokens`)
  }
  const tokenizer = await bytesOf(files.tokenizer)
  const parsed = parseJson(files.tokenizer.name, tokenizer)
  const tokens = tokensOf(files.tokenizer.name, parsed, count)
  const own = place.layout === 'model2vec'
  const names = own ? new Set(Array.from(allTokens(files.tokenizer.name, parsed), ([token]) => token)) : undefined
  if (names && !mapping) checkCount(files.tokenizer.name, names.size, count)
  const places = { config: files.config.name, modules: files.config.name.replace(/[^/\\]*$/, 'modules.json') }
  const settings = names
    ? model2vecSettings(files.config.name, config, names)
    : sentenceTransformersSettings(places, config, await jsonIn(folder, 'modules.json'), parsed)
  const parts = { ...(weights && { weights }), ...(mapping && { mapping }) }
  const { layout } = place
  return { layout, matrix, tokens, tokenizer, config, settings, unscaled, ...parts, bytes: vectors.size }
}

/**
 * Reads a static embedding model from its folder: one of model2vec, or a `StaticEmbedding` of sentence-transformers. The vectors
 * are read when asked for.
 *
 * Rejects with `not-found` when the folder has neither, `bad-input` for parts that do not fit together, `unsupported` for modules that do
 * something else, `corrupt-file`.
 */
export async function readStaticModel(name: string, folder: Folder): Promise<StaticModel> {
  const found = await find(folder)
  if (!found) {
    const files = 'config.json or config_sentence_transformers.json, model.safetensors and tokenizer.json'
    throw new SlimbedError('not-found', `${name}: expected a model of model2vec or sentence-transformers: ${files}`)
  }
  const close = async () => {
    for (const source of [found.config, found.vectors, found.tokenizer]) await source.close?.()
  }
  try {
    return { ...(await modelOf(folder, found)), close }
  } catch (error) {
    await close()
    throw error
  }
}

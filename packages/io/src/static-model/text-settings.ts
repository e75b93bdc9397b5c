import { isObject, type Json, type JsonObject, SlimbedError } from '@slimbed/runtime'

/** How a static model makes the vector of a text, besides its tokens and their vectors. */
export interface TextSettings {
  /** Whether vectors of texts are scaled to length 1. */
  readonly normalize: boolean
  /** Whether the token for what is unknown is left out of the mean. */
  readonly skipUnknown: boolean
  /** How many tokens of a text count, the first ones; all without it. What is unknown is counted, too. */
  readonly maxLength?: number | undefined
  /** How many characters of a text are read, the first ones, before it is split into tokens; all without it. */
  readonly maxCharacters?: number | undefined
  /** What is put before every text. */
  readonly prompt?: string | undefined
}

/** The most tokens of a text where a model of model2vec does not say it. */
const usualLength = 512

/** A whole number of 0 or more. Throws `bad-input` for anything else. */
function lengthOf(where: string, value: Json | undefined): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
  throw new SlimbedError('bad-input', `${where}: expected a whole number, not ${JSON.stringify(value)?.slice(0, 40)}`)
}

/** The number in the middle of the lengths of tokens, in characters, rounded down. */
function middleLength(tokens: Iterable<string>): number {
  const lengths = Uint32Array.from(tokens, (token) => Array.from(token).length).sort()
  const middle = lengths.length >> 1
  return lengths.length % 2 === 1 ? lengths[middle] : Math.floor((lengths[middle - 1] + lengths[middle]) / 2)
}

/**
 * The settings of a model of model2vec, whose `encode` reads as many characters as `max_length` tokens of middle length have, splits them, takes
 * the first `max_length` tokens and leaves out those that are unknown. Throws `bad-input` for a `max_length` that is no number.
 */
export function model2vecSettings(file: string, config: JsonObject, tokens: ReadonlySet<string>): TextSettings {
  const { normalize, max_length: length } = config
  const settings = { normalize: normalize === true, skipUnknown: true }
  if (length === null) return settings
  const maxLength = length === undefined ? usualLength : lengthOf(`${file}: max_length`, length)
  return { ...settings, maxLength, maxCharacters: maxLength * middleLength(tokens) }
}

/** The last part of the name of a module's class: `Normalize`. */
const classOf = (module: Json): string => {
  const type = isObject(module) ? module.type : undefined
  return typeof type === 'string' ? type.slice(type.lastIndexOf('.') + 1) : 'none'
}

/** Whether the modules after the first one normalize. Throws `unsupported` for modules that do something else. */
function normalizes(file: string, modules: Json | undefined): boolean {
  if (modules === undefined) return false
  if (!Array.isArray(modules)) throw new SlimbedError('corrupt-file', `${file}: expected a list of modules`)
  const classes = modules.map(classOf)
  const odd = classes.find((name) => name !== 'StaticEmbedding' && name !== 'Normalize')
  if (odd === undefined) return classes.includes('Normalize')
  const message = `${file}: a module ${JSON.stringify(odd.slice(0, 40))}: expected StaticEmbedding, and Normalize or nothing after it`
  throw new SlimbedError('unsupported', message)
}

/** What `config_sentence_transformers.json` puts before texts unless told otherwise. */
function promptOf({ prompts, default_prompt_name: name }: JsonObject): string | undefined {
  const prompt = isObject(prompts) && typeof name === 'string' && Object.hasOwn(prompts, name) ? prompts[name] : ''
  return typeof prompt === 'string' && prompt !== '' ? prompt : undefined
}

/**
 * The settings of a `StaticEmbedding` of sentence-transformers: `tokenizer` may cut texts short, `modules` of `modules.json` may normalize. Throws
 * `unsupported` for what is neither, and for a tokenizer that cuts texts at their beginning.
 */
export function sentenceTransformersSettings(
  { config: file, modules: listed }: { readonly config: string; readonly modules: string },
  config: JsonObject,
  modules: Json | undefined,
  tokenizer: Json
): TextSettings {
  const { truncation = null } = isObject(tokenizer) ? tokenizer : {}
  const prompt = promptOf(config)
  const settings = {
    normalize: normalizes(listed, modules),
    skipUnknown: false,
    ...(prompt !== undefined && { prompt })
  }
  if (!isObject(truncation)) return settings
  if (truncation.direction === 'Left') {
    throw new SlimbedError('unsupported', `${file}: the tokenizer beside it cuts texts at their beginning ("Left")`)
  }
  return { ...settings, maxLength: lengthOf(`${file}: max_length of the tokenizer beside it`, truncation.max_length) }
}

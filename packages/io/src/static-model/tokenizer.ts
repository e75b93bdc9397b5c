import { isObject, SlimbedError } from '@slimbed/runtime'
import { parseJson } from './json.js'
import type { StaticModel } from './model.js'
import { unknownToken } from './tokens.js'

/** The parts of `@huggingface/tokenizers` that are used. Its own types are missing where it is not installed. */
interface Library {
  readonly Tokenizer: new (
    tokenizer: object,
    config: object
  ) => { encode(text: string, options: { add_special_tokens: boolean }): { readonly ids: readonly number[] } }
}

/**
 * From text to numbers of tokens, by the model's own tokenizer: for `encode`'s option `tokenize`. Special tokens, such as those at the beginning and the
 * end, are left out unless `special` is given. A model of model2vec leaves out what is unknown, as model2vec does. Long texts are not cut short.
 *
 * Needs the package `@huggingface/tokenizers`: rejects with `missing-package` where it is not installed, and `unsupported` for a
 * tokenizer that it does not know.
 */
export async function tokenizerOf(
  model: Pick<StaticModel, 'tokenizer' | 'tokens' | 'layout'>,
  { special = false }: { readonly special?: boolean } = {}
): Promise<(text: string) => number[]> {
  const json = parseJson('tokenizer.json', model.tokenizer)
  if (!isObject(json)) throw new SlimbedError('corrupt-file', 'tokenizer.json: expected a JSON object')
  let library: Library
  try {
    library = await import('@huggingface/tokenizers')
  } catch (error) {
    const message =
      'tokenizerOf needs @huggingface/tokenizers, which is not installed: npm install @huggingface/tokenizers'
    throw new SlimbedError('missing-package', message, { cause: error })
  }
  const unknown = model.layout === 'model2vec' ? unknownToken(json, model.tokens) : undefined
  try {
    const tokenizer = new library.Tokenizer(json, {})
    return (text) => tokenizer.encode(text, { add_special_tokens: special }).ids.filter((id) => id !== unknown)
  } catch (error) {
    throw new SlimbedError('unsupported', `tokenizer.json: ${(error as Error).message.split('\n')[0]}`, {
      cause: error
    })
  }
}

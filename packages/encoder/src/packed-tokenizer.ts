import { SlimbedError } from '@slimbed/runtime'
import { type Tokenizer, tokenizerFrom } from '@slimbed/tokenizer'

/** A parsed `tokenizer.json` as bytes. */
export const packTokenizer = (json: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(json))

/** The parsed `tokenizer.json` that was packed. Throws `corrupt-file`. */
export function tokenizerJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    throw new SlimbedError('corrupt-file', 'the tokenizer: expected JSON', { cause: error })
  }
}

/** The tokenizer that was packed. Throws `corrupt-file`, and `unsupported` for a part that is not known. */
export const unpackTokenizer = (bytes: Uint8Array): Tokenizer => tokenizerFrom(tokenizerJson(bytes))

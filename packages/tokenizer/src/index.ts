import { build } from './build.js'
import { unpackParts } from './packed/unpack.js'
import { partsOf } from './parts.js'
import type { Tokenizer } from './tokenizer.js'

export type { EncodeOptions, Tokenizer } from './tokenizer.js'

/**
 * Reads a parsed `tokenizer.json` of the Hugging Face library `tokenizers`. Throws `unsupported` for a part that is not known, by
 * name, and `corrupt-file`.
 */
export const tokenizerFrom = (json: unknown): Tokenizer => build(partsOf(json))

/** The tokenizer of bytes that `packTokenizer` made. Throws `corrupt-file` and `unsupported`. */
export const unpackTokenizer = (bytes: Uint8Array): Tokenizer => build(unpackParts(bytes))

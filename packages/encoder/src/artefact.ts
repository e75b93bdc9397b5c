import { type Artefact, type Extra, floatsOf, SlimbedError, type Tensors } from '@slimbed/runtime'
import { asCorrupt } from '@slimbed/runtime/error'
import { tensorOf } from '@slimbed/runtime/kinds'
import { type Tokenizer, unpackTokenizer } from '@slimbed/tokenizer'
import { type EncoderSettings, parseSettings } from './settings.js'

/** What a file has beside its table to turn texts into vectors. */
export interface StoredEncoder {
  readonly settings: EncoderSettings
  /** As `packTokenizer` of `@slimbed/tokenizer/pack` makes it. */
  readonly tokenizer: Uint8Array
  /** The weight of each token, where tokens have weights. */
  readonly weights?: Float32Array | undefined
}

const where = 'the encoder of the file'

/** Whether a file turns texts into vectors. */
export const hasEncoder = ({ extra }: Pick<Artefact, 'extra'>): boolean => extra?.config.kind === 'encoder'

/** The `extra` of a file that turns texts into vectors. */
export function encoderExtra({ settings, tokenizer, weights }: StoredEncoder): Extra {
  const tensors: Tensors = {
    tokenizer: { dtype: 'U8', shape: [tokenizer.length], data: tokenizer },
    ...(weights && { weights: { dtype: 'F32', shape: [weights.length], data: weights } as const })
  }
  // What is undefined is left out.
  return { config: JSON.parse(JSON.stringify({ kind: 'encoder', version: 1, ...settings })), tensors }
}

/** Bytes of the tokenizer of a file, and of the weights of tokens. */
export const extraBytes = ({ tensors }: Extra): number =>
  Object.values(tensors).reduce((sum, { data }) => sum + data.byteLength, 0)

/** What a file has to turn texts into vectors. Throws `bad-input` for a file without, `corrupt-file`, and `unsupported`. */
export function storedEncoder({ extra }: Pick<Artefact, 'extra'>): StoredEncoder {
  if (!extra || !hasEncoder({ extra })) {
    throw new SlimbedError('bad-input', 'the file has a table and no tokenizer: compress the folder of a static model')
  }
  const { config, tensors } = extra
  try {
    const { data: tokenizer } = tensorOf(tensors, 'tokenizer', ['U8'], 1)
    const weights = Object.hasOwn(tensors, 'weights')
      ? floatsOf(tensorOf(tensors, 'weights', ['F32', 'F16'], 1))
      : undefined
    if (weights && !weights.every(Number.isFinite)) throw new SlimbedError('corrupt-file', 'a weight is not finite')
    return { settings: parseSettings(config), tokenizer, ...(weights && { weights }) }
  } catch (error) {
    return asCorrupt(error, where)
  }
}

/** The same with its tokenizer, for a table of `rows` rows. Throws `corrupt-file`, `unsupported`. */
export function openStored(artefact: Pick<Artefact, 'extra'>): {
  readonly settings: EncoderSettings
  readonly tokenizer: Tokenizer
  readonly weights?: Float32Array | undefined
} {
  const { tokenizer, ...others } = storedEncoder(artefact)
  try {
    return { ...others, tokenizer: unpackTokenizer(tokenizer) }
  } catch (error) {
    return asCorrupt(error, where)
  }
}

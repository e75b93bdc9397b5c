import { isObject, type Json, type JsonObject, SlimbedError } from '@slimbed/runtime'

/** How a text becomes a vector, besides the table and the tokenizer. */
export interface EncoderSettings {
  /** Whether vectors are scaled to length 1. */
  readonly normalize: boolean
  /** Whether the token for what is unknown is left out of the mean. */
  readonly skipUnknown: boolean
  /** How many tokens of a text count, the first ones; all without it. What is unknown is counted, too. */
  readonly maxLength?: number | undefined
  /** How many characters of a text are read, the first ones, before it is split into tokens; all without it. */
  readonly maxCharacters?: number | undefined
  /** What is put before every text. */
  readonly prompt?: string | undefined
  /**
   * What the model was: the layout of its folder, its configuration, and whatever else writing it back needs. It does not change vectors.
   */
  readonly model?: JsonObject | undefined
}

const corrupt = (expected: string): never => {
  throw new SlimbedError('corrupt-file', `expected ${expected}`)
}

const isBoolean = (value: Json | undefined): value is boolean => typeof value === 'boolean'

function lengthOf(name: string, value: Json | undefined): number | undefined {
  if (value === undefined || (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0)) return value
  return corrupt(`"${name}" to be a whole number`)
}

/** The settings in the `extra` of a file. Throws `corrupt-file`, and `unsupported` for another version. */
export function parseSettings(config: JsonObject): EncoderSettings {
  const { version, normalize, skipUnknown, maxLength, maxCharacters, prompt, model } = config
  if (version !== 1) {
    throw new SlimbedError('unsupported', 'an encoder of another version; a newer @slimbed/encoder may read it')
  }
  if (!isBoolean(normalize) || !isBoolean(skipUnknown)) return corrupt('"normalize" and "skipUnknown"')
  if (prompt !== undefined && typeof prompt !== 'string') return corrupt('"prompt" to be text')
  if (model !== undefined && !isObject(model)) return corrupt('"model" to be an object')
  return {
    normalize,
    skipUnknown,
    maxLength: lengthOf('maxLength', maxLength),
    maxCharacters: lengthOf('maxCharacters', maxCharacters),
    prompt,
    model
  }
}

import { counted } from './text/units.js'

/** How texts become vectors. */
export interface Texts {
  readonly tokens: number
  readonly normalize: boolean
  /** How many tokens of a text count; all without it. */
  readonly maxLength?: number | undefined
  /** Whether tokens have weights. */
  readonly weights: boolean
  /** What was lost of the model before. */
  readonly model?: object | undefined
}

/** How texts become vectors, on one line. */
export function showTexts({ tokens, normalize, maxLength, weights, model = {} }: Texts): string {
  const lengths = 'unscaled' in model ? 'lengths of vectors are lost' : 'vectors as long as they are'
  return [
    `a tokenizer of ${counted(tokens, 'token')}${weights ? ' with weights' : ''}`,
    normalize ? 'vectors of length 1' : lengths,
    ...(maxLength === undefined ? [] : [`of up to ${counted(maxLength, 'token')}`])
  ].join(', ')
}

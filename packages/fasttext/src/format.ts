// An entry of its own: what tells a fastText model from other files is loaded without what reads one.
import type { Format } from '@slimbed/io'
import type { FastTextModel } from './model.js'
import { isFastText } from './read/is-fasttext.js'

/**
 * The words of a fastText model with their vectors and counts, for `formats` of `readVectors` and `openVectors`. `opened` is called with the
 * model, which is open as long as the vectors are.
 */
export const fasttextFormat = (opened?: (model: FastTextModel) => void): Format<'fasttext'> => ({
  name: 'fasttext',
  detect: ({ head }) => isFastText(head),
  async read(input, options) {
    const { readFormat } = await import('./read-format.js')
    return readFormat(opened)(input, options)
  }
})

/** `fasttextFormat()`. */
export const fasttext: Format<'fasttext'> = fasttextFormat()

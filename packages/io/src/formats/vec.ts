import { headerOf } from '../binary/bin-header.js'
import { readText } from '../text/read-text.js'
import { writeText } from '../text/write-text.js'
import type { Format } from './format.js'

/**
 * word2vec or fastText text: a line `rows dim`, then lines as in GloVe text. The reader decides whether the first line is such a
 * line.
 */
export const vec: Format<'vec'> = {
  name: 'vec',
  detect: ({ head }) => headerOf(head) !== undefined,
  read: readText,
  write: (content, sink, options) => writeText(content, 'vec', sink, options)
}

import { readText } from '../text/read-text.js'
import { writeText } from '../text/write-text.js'
import type { Format } from './format.js'

/** GloVe text: a word and its numbers on each line. Inputs of no other format are read as this one. */
export const txt: Format<'txt'> = {
  name: 'txt',
  detect: () => true,
  read: readText,
  write: (content, sink, options) => writeText(content, 'txt', sink, options)
}

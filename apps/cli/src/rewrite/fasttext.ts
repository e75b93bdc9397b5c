import { Option } from 'commander'
import { integer } from '../flags/shared.js'
import type { FastTextFlags } from './fasttext-file.js'
import type { ModelFormat } from './format.js'
import { checkOption, pipelineOption } from './options.js'

/** The first bytes of every model. */
const magic = [0xba, 0x16, 0x4f, 0x2f]

/** Models of fastText: classifiers and word vectors, `.bin` and `.ftz`. */
export const fasttextModel: ModelFormat<FastTextFlags> = {
  name: 'fastText',
  detect: ({ head }) => head.length >= 8 && magic.every((byte, i) => head[i] === byte),
  options: [
    pipelineOption,
    new Option('--no-norms', 'leave out the factor of each row, a byte that lowers the error'),
    new Option('--words <n>', 'keep the n rows that matter most, of words and n-grams').argParser(
      integer(1, 2 ** 31 - 1)
    ),
    checkOption
  ],
  run: async (...args) => (await import('./fasttext-file.js')).rewriteFastTextFile(...args)
}

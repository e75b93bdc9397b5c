import { headerOf, isBinary } from '../binary/bin-header.js'
import { readBin } from '../binary/read-bin.js'
import { writeBin } from '../binary/write-bin.js'
import type { Format } from './format.js'

/** word2vec binary: a line `rows dim`, then words and float32 numbers. */
export const bin: Format<'bin'> = {
  name: 'bin',
  detect({ head }) {
    const header = headerOf(head)
    return header !== undefined && isBinary(header)
  },
  read: readBin,
  write: writeBin
}

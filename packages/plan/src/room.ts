import type { Vocabulary } from '@slimbed/runtime'
import { packWords } from '@slimbed/runtime/format'

/** Bytes of the header of a file without checksums, about. */
const header = 2300
/** Checksums: 4 bytes in base64 for each block of 1 to 64 KiB, of which there are 1,024 to 2,048 in most files. */
const checksumBytes = (file: number): number => {
  const block = Math.min(65_536, Math.max(1024, 2 ** Math.ceil(Math.log2(Math.max(file, 1) / 2048))))
  return (16 / 3) * Math.ceil(file / block)
}

/** Bytes that the words take in a file. */
export const wordBytes = (words: Vocabulary | undefined): number =>
  words ? Object.values(packWords(words)).reduce((sum, { data }) => sum + data.byteLength, 0) : 0

/** Bytes of a file besides the tensors of its table, about. */
export const besideTable = (words: number, file: number): number => words + header + checksumBytes(file)

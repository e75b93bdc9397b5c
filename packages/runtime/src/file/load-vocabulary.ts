import { asCorrupt } from '../error.js'
import { tensorOf } from '../kinds/kind.js'
import type { Tensors } from '../table/table.js'
import { damaged } from '../words/codes.js'
import { packedVocabulary } from '../words/packed.js'
import type { Vocabulary } from '../words/vocabulary.js'

/**
 * The vocabulary that `tensors` of a file hold, for a table of `rows` rows; its words are decoded when they are asked for. Throws
 * `corrupt-file`.
 */
export function loadVocabulary({ words, counts, levels, ...others }: Tensors, rows: number): Vocabulary {
  try {
    for (const _ in others) damaged()
    const { data: bytes } = tensorOf({ words }, 'words', ['U8'], 1)
    let all: Float64Array | undefined
    if (counts) {
      const { data: codes } = tensorOf({ counts }, 'counts', ['U8'], 1)
      const { data: values } = tensorOf({ levels }, 'levels', ['F32'], 1)
      all = Float64Array.from(codes, (code) => values[code])
      if (all.length !== rows || !all.every((count) => count >= 0 && count < Infinity)) damaged()
    }
    return packedVocabulary(bytes, rows, all)
  } catch (error) {
    return asCorrupt(error)
  }
}

import { fail, quote } from '../check.js'
import { asCorrupt } from '../error.js'
import { tensorOf } from '../kinds/kind.js'
import type { Tensors } from '../table/table.js'
import { type Vocabulary, vocabulary } from '../words/vocabulary.js'

/** The vocabulary that `tensors` of a file hold, for a table of `rows` rows. Throws `corrupt-file`. */
export function loadVocabulary(tensors: Tensors, rows: number): Vocabulary {
  try {
    const { bytes, offsets, counts, ...others } = tensors
    const [odd] = Object.keys(others)
    if (odd !== undefined) fail('bad-input', `vocabulary: ${quote(odd)} is none of its tensors`)
    const words = vocabulary({
      bytes: tensorOf({ bytes: bytes }, 'bytes', ['U8'], 1).data,
      offsets: tensorOf({ offsets: offsets }, 'offsets', ['U32'], 1).data,
      counts: counts && tensorOf(tensors, 'counts', ['F64'], 1).data
    })
    if (words.size !== rows) fail('bad-input', `vocabulary: ${words.size} words for a table of ${rows} rows`)
    return words
  } catch (error) {
    return asCorrupt(error)
  }
}

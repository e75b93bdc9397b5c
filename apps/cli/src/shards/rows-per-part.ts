import type { CompressOptions, Compressor } from '@slimbed/core'
import { compressPart } from '@slimbed/core/shards'
import { wordsBetween } from '@slimbed/io'
import type { Matrix } from '@slimbed/runtime'
import type { PlainVocabulary } from '@slimbed/runtime/format'

/** Rows that are compressed first, to see what a row takes. */
const trialRows = 32_768

/** How many rows make a part of about so many bytes: the same for the same table and options, on every machine. */
export async function rowsPerPart(
  bytes: number,
  matrix: Matrix,
  compressor: Compressor,
  words: PlainVocabulary | undefined,
  options: CompressOptions
): Promise<number> {
  const rows = Math.min(trialRows, matrix.rows)
  const start = Math.floor((matrix.rows - rows) / 2)
  const sink = { write: async () => {} }
  const vocabulary = words && wordsBetween(words, [start, start + rows])
  const { sizes } = await compressPart(matrix, { start, rows }, compressor, { ...options, sink, vocabulary })
  return Math.max(1, Math.floor((bytes * rows) / sizes.file))
}

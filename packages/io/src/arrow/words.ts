import { SlimbedError, type Source } from '@slimbed/runtime'
import { type PlainVocabulary, vocabularyOf } from '@slimbed/runtime/format'
import { type Column, firstNull, offsetsOf } from './buffers.js'
import { checked } from './messages.js'
import type { Field } from './schema.js'

/** Whether a column has texts. */
export const isText = ({ type, indexed }: Field): boolean => (type === 'utf8' || type === 'large-utf8') && !indexed

/** The words of a batch, whose first row is `start` of the file. Rejects with `bad-input` for nulls, and for what is not UTF-8. */
export async function wordsOf(
  source: Source,
  { name, type }: Field,
  [column]: readonly Column[],
  start: number
): Promise<PlainVocabulary[]> {
  const { rows, spans } = column
  const bad = (row: number, came: string) =>
    new SlimbedError(
      'bad-input',
      `${source.name}, row ${start + row} (from 0): expected a word in column ${name}, came ${came}`
    )
  const without = await firstNull(source, column, 0, rows)
  if (without >= 0) throw bad(without, 'none')
  const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  const parts: PlainVocabulary[] = []
  let row = 0
  for await (const offsets of offsetsOf(source, spans[1], rows, type === 'large-utf8')) {
    const [from, to] = [offsets[0], offsets[offsets.length - 1]]
    checked(source, () => {
      if (to > spans[2].length) throw new RangeError(`${spans[2].length} bytes of words, of ${to}`)
    })
    const bytes = await source.read(spans[2].start + from, to - from)
    const words: string[] = []
    for (let i = 1; i < offsets.length; i++, row++) {
      try {
        words.push(utf8.decode(bytes.subarray(offsets[i - 1] - from, offsets[i] - from)))
      } catch {
        throw bad(row, 'bytes that are not UTF-8')
      }
    }
    parts.push(vocabularyOf(words))
  }
  return parts
}

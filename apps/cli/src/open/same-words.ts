import { SlimbedError } from '@slimbed/core'
import type { Opened } from './table.js'

/** Throws `bad-input` when the rows of two tables, as far as both have words, belong to different words. */
export function checkSameWords(a: Opened, b: Opened): void {
  const [left, right] = [a.vocabulary, b.vocabulary]
  if (!left || !right || left.size !== right.size) return
  for (let row = 0; row < left.size; row++) {
    if (Buffer.compare(left.bytesOf(row), right.bytesOf(row)) === 0) continue
    const [mine, other] = [left.word(row), right.word(row)]
    const found = `row ${row} is ${JSON.stringify(mine)} in ${a.path}, ${JSON.stringify(other)} in ${b.path}`
    throw new SlimbedError('bad-input', `cannot compare: ${found}; expected the same words in the same order`)
  }
}

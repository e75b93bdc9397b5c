import { SlimbedError } from '@slimbed/core'
import type { Input } from './input.js'
import { stringsOf } from './lines.js'

/** How often words occur: counts, or shares of running text. */
export type Counts = ReadonlyMap<string, number>

/**
 * Reads `word<TAB>count` lines; a first line that begins with `# ` is a comment, blank lines are skipped, of a repeated
 * word the first count stays.
 *
 * Rejects with `bad-input` naming the line when there is no tab, or the count is not a number above zero.
 */
export async function readCounts(input: Input): Promise<Counts> {
  const counts = new Map<string, number>()
  let line = 0
  for await (const text of stringsOf(input)) {
    line++
    if (text === '' || (line === 1 && text.startsWith('# '))) continue
    const tab = text.lastIndexOf('\t')
    const word = text.slice(0, tab)
    const digits = text.slice(tab + 1).trim()
    const count = digits === '' ? Number.NaN : Number(digits)
    if (tab < 0 || !(count > 0 && count < Number.POSITIVE_INFINITY)) {
      const came = JSON.stringify(text.slice(0, 60))
      throw new SlimbedError(
        'bad-input',
        `${input.name}, line ${line}: expected word, tab, count above 0, came ${came}`
      )
    }
    if (!counts.has(word)) counts.set(word, count)
  }
  if (counts.size > 0) return counts
  throw new SlimbedError('bad-input', `${input.name}: expected lines of word, tab, count; there are none`)
}

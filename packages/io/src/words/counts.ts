import { SlimbedError, type Source } from '@slimbed/core'
import type { Watch } from '../source/chunks.js'
import { type Host, webHost } from '../source/host.js'
import { openInput } from '../source/input.js'
import { textsOf } from './read-words.js'

/** How often words occur: counts, or shares of running text. */
export type Counts = ReadonlyMap<string, number>

/**
 * `readCounts` in a given place: reads `word<TAB>count` lines; a first line that begins with `# ` is a comment, blank lines are skipped, of a repeated
 * word the first count stays.
 *
 * Rejects with `bad-input` naming the line when there is no tab, or the count is not a number above zero.
 */
export async function readCountsOn(host: Host, source: Source, watch: Watch = {}): Promise<Counts> {
  const input = await openInput(source, host, watch)
  const counts = new Map<string, number>()
  let line = 0
  for await (const text of textsOf(input)) {
    for (let start = 0, next = 0; start < text.length; start = next) {
      const lineEnd = text.indexOf('\n', start)
      next = lineEnd + 1
      line++
      const end = lineEnd > start && text.charCodeAt(lineEnd - 1) === 13 ? lineEnd - 1 : lineEnd
      if (end === start || (line === 1 && text.startsWith('# '))) continue
      const tab = text.lastIndexOf('\t', end - 1)
      // Number('') is 0, so a count that is missing is refused as one that is zero.
      const count = tab < start ? Number.NaN : Number(text.slice(tab + 1, end))
      if (!(count > 0 && count < Number.POSITIVE_INFINITY)) {
        const came = JSON.stringify(text.slice(start, Math.min(end, start + 60)))
        throw new SlimbedError(
          'bad-input',
          `${input.name}, line ${line}: expected word, tab, count above 0, came ${came}`
        )
      }
      const word = text.slice(start, tab)
      if (!counts.has(word)) counts.set(word, count)
    }
  }
  if (counts.size > 0) return counts
  throw new SlimbedError('bad-input', `${input.name}: expected lines of word, tab, count; there are none`)
}

/**
 * Reads counts, one `word<TAB>count` a line; the source may be gzip. Rejects with `bad-input` naming the line when there
 * is no tab, or the count is not a number above zero.
 */
export const readCounts = (source: Source, watch?: Watch): Promise<Counts> => readCountsOn(webHost, source, watch)

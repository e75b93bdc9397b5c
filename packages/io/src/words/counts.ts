import { SlimbedError, type Source } from '@slimbed/runtime'
import { checkText } from '../formats/index.js'
import type { Watch } from '../source/chunks.js'
import { type Host, webHost } from '../source/host.js'
import { openInput } from '../source/input.js'
import { textsOf } from './read-words.js'

/** How often words occur: counts, or shares of running text. */
export type Counts = ReadonlyMap<string, number>

const decimal = /^\+?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i

/** A count: 0, or what float32 holds, as weights are; undefined for anything else. */
function countOf(text: string): number | undefined {
  const field = text.trim()
  const count = decimal.test(field) ? Number(field) : -1
  return count === 0 || (count >= 2 ** -126 && count < 2 ** 128 - 2 ** 103) ? count : undefined
}

/** Gives words whose count is 0 the smallest of the others. */
function liftZeros(counts: Map<string, number>): void {
  let smallest = Number.POSITIVE_INFINITY
  for (const count of counts.values()) if (count > 0 && count < smallest) smallest = count
  for (const [word, count] of counts) if (count === 0) counts.set(word, smallest)
}

/** `readCounts` in a given place. */
export async function readCountsOn(host: Host, source: Source, watch: Watch = {}): Promise<Counts> {
  const input = await openInput(source, host, watch)
  checkText(input)
  const { name } = input
  const counts = new Map<string, number>()
  let line = 0
  let some = false
  for await (const text of textsOf(input)) {
    for (let start = 0, next = 0; start < text.length; start = next) {
      const lineEnd = text.indexOf('\n', start)
      next = lineEnd + 1
      line++
      const end = lineEnd > start && text.charCodeAt(lineEnd - 1) === 13 ? lineEnd - 1 : lineEnd
      if (end === start || (line === 1 && text.startsWith('# '))) continue
      const tab = text.lastIndexOf('\t', end - 1)
      const count = tab < start ? undefined : countOf(text.slice(tab + 1, end))
      if (count === undefined) {
        const came = JSON.stringify(text.slice(start, Math.min(end, start + 60)))
        const message = `${name}, line ${line}: expected word, tab, count of 0 or more, came ${came}`
        throw new SlimbedError('bad-input', message)
      }
      some ||= count > 0
      const word = text.slice(start, tab)
      if (!counts.has(word)) counts.set(word, count)
    }
  }
  if (some) {
    liftZeros(counts)
    return counts
  }
  const came = counts.size > 0 ? 'all counts are 0' : 'there are none'
  throw new SlimbedError('bad-input', `${name}: expected lines of word, tab, count; ${came}`)
}

/**
 * Reads counts, one `word<TAB>count` a line; the source may be gzip. A first line that begins with `# ` is a comment, blank lines
 * are skipped, and of a repeated word the first count stays. A count of 0 becomes the smallest of the others: no word may have the
 * weight 0.
 *
 * Rejects with `bad-input` naming the line when there is no tab, or the count is not a decimal number that float32 holds.
 */
export const readCounts = (source: Source, watch?: Watch): Promise<Counts> => readCountsOn(webHost, source, watch)

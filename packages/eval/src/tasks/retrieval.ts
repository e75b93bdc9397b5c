import type { RetrievalTask } from './task.js'
import { badLine, type Line } from './text.js'

/** The heading that tells these files from others. */
const heading = /^(?:query|question)\t(?:text|document|passage|answer)$/i

/** Whether these are the lines of queries and of texts that answer them. */
export const looksLikeRetrieval = ([first]: readonly Line[]): boolean => heading.test(first.text)

/**
 * Reads `query<TAB>text` lines below a heading, `query<TAB>text`: each text answers its query, and all texts are searched for each of them. A query may have
 * several lines; a line without one is a text that answers none. Throws `bad-input` naming the line.
 */
export function parseRetrieval(file: string, name: string, lines: readonly Line[]): RetrievalTask {
  const queries = new Map<string, Set<number>>()
  const texts = new Map<string, number>()
  for (const line of lines.slice(1)) {
    // Lines come without white space around them: a text alone has no tab.
    const parts = line.text.split('\t')
    const [query, text] = parts.length === 1 ? ['', parts[0]] : parts
    if (parts.length > 2 || !text.trim()) throw badLine(file, line, 'a query, a tab and a text')
    const place = texts.get(text) ?? texts.size
    texts.set(text, place)
    if (query !== '') queries.set(query, (queries.get(query) ?? new Set()).add(place))
  }
  if (queries.size === 0) throw badLine(file, lines[0], 'lines of a query, a tab and a text below the heading')
  const answers = [...queries.values()].map((places) => [...places])
  return { kind: 'retrieval', name, queries: [...queries.keys()], texts: [...texts.keys()], answers }
}

import type { AnalogySection, AnalogyTask } from './task.js'
import { badLine, type Line } from './text.js'

const isHeading = ({ text }: Line) => text.startsWith(':')

/** Whether these could be the lines of a set of analogies. */
export const looksLikeAnalogy = (lines: readonly Line[]): boolean => lines.length > 0 && isHeading(lines[0])

/** Reads `: section` lines and below each its questions, four words a line. Throws `bad-input` naming the line. */
export function parseAnalogy(file: string, name: string, lines: readonly Line[]): AnalogyTask {
  const sections: { name: string; questions: AnalogySection['questions'][number][] }[] = []
  for (const line of lines) {
    if (isHeading(line)) {
      sections.push({ name: line.text.slice(1).trim(), questions: [] })
      continue
    }
    const [a, b, c, d, ...more] = line.text.split(/\s+/)
    if (!d || more.length > 0) throw badLine(file, line, 'four words')
    sections[sections.length - 1].questions.push([a, b, c, d])
  }
  return { kind: 'analogy', name, sections }
}

import type { SimilarityTask } from './task.js'
import { badLine, type Line } from './text.js'

/** The fields of a line: between tabs, else commas, else spaces. */
function fieldsOf({ text }: Line): string[] {
  const separator = text.includes('\t') ? '\t' : text.includes(',') ? ',' : /\s+/
  return text.split(separator).map((field) => field.trim())
}

const isNumber = (text: string | undefined) => text !== undefined && text !== '' && Number.isFinite(Number(text))
const isPair = (fields: readonly string[]) =>
  fields.length === 3 && fields[0] !== '' && fields[1] !== '' && isNumber(fields[2])

/** Whether these could be the lines of a word similarity set. */
export const looksLikeSimilarity = (lines: readonly Line[]): boolean =>
  lines.slice(0, 10).some((line) => isPair(fieldsOf(line)))

/** Reads `word, word, score` lines. If the first line has no score, it is taken as a heading. Throws `bad-input` naming the line. */
export function parseSimilarity(file: string, name: string, lines: readonly Line[]): SimilarityTask {
  const first: string[] = []
  const second: string[] = []
  const scores: number[] = []
  for (const [i, line] of lines.entries()) {
    const fields = fieldsOf(line)
    if (!isPair(fields)) {
      if (i === 0 && fields.length === 3 && !isNumber(fields[2])) continue
      throw badLine(file, line, 'word, word, number')
    }
    first.push(fields[0])
    second.push(fields[1])
    scores.push(Number(fields[2]))
  }
  return { kind: 'similarity', name, first, second, scores }
}

import { SlimbedError } from '@slimbed/core'
import { checkWordLabels } from './labels.js'
import type { Example } from './task.js'

/** What fastText writes before a label. */
const usual = '__label__'

interface Line {
  readonly text: string
  readonly where: string
}

const quote = (word: string) => JSON.stringify(word.slice(0, 60))

/** The words of a text that have the prefix of a fastText label in them. */
export const markedLabels = (text: string): string[] =>
  text.includes(usual) ? text.split(/\s+/u).filter((word) => word.includes(usual)) : []

/** Throws `bad-input` for several labels: a text has one. */
export function checkOne(labels: readonly string[], where: string): void {
  if (labels.length < 2) return
  const found = labels.slice(0, 3).map(quote).join(', ')
  throw new SlimbedError('bad-input', `${where}: ${labels.length} labels (${found}); a text has one: keep one of them`)
}

/** Lines with more than white space. Carriage returns end lines where nothing else does. */
function linesOf(path: string, text: string): Line[] {
  return text
    .split(text.includes('\n') ? '\n' : '\r')
    .map((line, i) => ({ text: line.trim(), where: `${path}, line ${i + 1}` }))
    .filter((line) => line.text !== '')
}

/** The prefix of the labels: `__label__` if any line has it, or another such as `__topic__` that more than half of the lines have. */
function prefixOf(lines: readonly Line[]): string | undefined {
  if (lines.some(({ text }) => text.includes(usual))) return usual
  const prefix = /(?<!\S)__[a-z]{1,40}__(?=[\p{L}\p{N}])/iu.exec(lines[0]?.text ?? '')?.[0]
  if (prefix === undefined) return undefined
  return lines.filter(({ text }) => text.includes(prefix)).length * 2 > lines.length ? prefix : undefined
}

/** A line with one label that has the prefix, at any place. */
function prefixed({ text, where }: Line, prefix: string): Example {
  const words = text.split(/\s+/u)
  const labels = [...new Set(words.filter((word) => word.includes(prefix)))]
  checkOne(labels, where)
  const [label] = labels
  if (label === undefined) {
    throw new SlimbedError('bad-input', `${where}: there is no label with ${prefix}, which other lines have`)
  }
  if (label.lastIndexOf(prefix) > 0 || label === prefix) {
    throw new SlimbedError(
      'bad-input',
      `${where}: expected one label, such as ${prefix}name, with spaces around it; found ${quote(label)}`
    )
  }
  return { label, text: words.filter((word) => word !== label).join(' '), where }
}

/** A line whose first word is the label. */
function bare({ text, where }: Line): Example {
  const end = text.search(/\s/u)
  return end < 0 ? { label: text, text: '', where } : { label: text.slice(0, end), text: text.slice(end + 1), where }
}

/** `label text` on each line, or one label with a prefix at any place of it; blank lines are left out. Throws `bad-input`. */
export function fromLines(path: string, text: string): Example[] {
  const lines = linesOf(path, text)
  const prefix = prefixOf(lines)
  if (prefix !== undefined) return lines.map((line) => prefixed(line, prefix))
  const examples = lines.map(bare)
  checkWordLabels(examples)
  return examples
}

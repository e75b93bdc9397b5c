import { SlimbedError } from '@slimbed/core'
import type { Example, Task } from './task.js'

const oneLabel = 'a text has one label: keep one of them'

function fail({ where }: Example, message: string): never {
  throw new SlimbedError('bad-input', `${where}: ${message}`)
}

const quote = (label: string) => JSON.stringify(label.slice(0, 60))

/** The first text of each label. */
function firstOf(examples: readonly Example[]): Map<string, Example> {
  const first = new Map<string, Example>()
  for (const example of examples) if (!first.has(example.label)) first.set(example.label, example)
  return first
}

/** What all labels begin with, up to the last character that is neither a letter nor a digit: `#`, `topic_`; `''` for one label. */
function commonPrefix([first = '', ...others]: readonly string[]): string {
  let length = others.length === 0 ? 0 : first.length
  for (const label of others) {
    let same = 0
    while (same < length && label[same] === first[same]) same++
    length = same
  }
  while (length > 0 && /[\p{L}\p{N}]/u.test(first[length - 1])) length--
  return /\p{N}/u.test(first.slice(0, length)) ? '' : first.slice(0, length)
}

const wordsAfter = ({ text }: Example) => text.split(/\s+/u).filter((word) => word !== '')

/**
 * Throws `bad-input` for lines whose text begins with another label: words that have the prefix of all labels, and, in a tenth of the
 * lines or more, words that are labels of other lines. One such line may be chance, as in `1 2 of them`.
 */
export function checkWordLabels(examples: readonly Example[]): void {
  const first = firstOf(examples)
  const prefix = commonPrefix([...first.keys()])
  const doubtful: Example[] = []
  for (const example of examples) {
    const [second] = wordsAfter({ ...example, text: example.text.slice(0, 1000) })
    if (second === undefined || second === example.label) continue
    const known = first.has(second)
    if (prefix !== '' && second.startsWith(prefix) && (known || prefix.length > 2)) {
      fail(example, `2 labels or more (${quote(example.label)}, ${quote(second)}); ${oneLabel}`)
    }
    if (known) doubtful.push(example)
  }
  if (doubtful.length < 2 || doubtful.length * 10 < examples.length) return
  const [second] = wordsAfter(doubtful[0])
  const place = `${quote(second)}, after the label ${quote(doubtful[0].label)}, is the label of other lines`
  fail(doubtful[0], `${place}, and ${doubtful.length} lines are like this; ${oneLabel}`)
}

/** The names in a label such as `a,b` or `['a', 'b']`, without brackets, quotes and spaces. */
const namesIn = (label: string): string[] => [
  ...new Set(label.split(/[,;|]/).map((name) => name.replace(/[[\](){}"'\s]/g, '')))
]

/**
 * Throws `bad-input` for labels that are lists: with commas, semicolons or bars between names, one of which is a label alone, or all
 * of which are in other such lists; or in brackets. Otherwise `Toys, games` is a name.
 */
export function checkLists(examples: readonly Example[]): void {
  const first = firstOf(examples)
  const lists = new Map([...first.keys()].map((label) => [label, namesIn(label).filter((name) => name !== '')]))
  const uses = new Map<string, number>()
  for (const name of [...lists.values()].flat()) uses.set(name, (uses.get(name) ?? 0) + 1)
  for (const [label, names] of lists) {
    if (names.length < 2) continue
    const alone = names.some((name) => lists.has(name) && name !== label)
    const shared = names.every((name) => uses.get(name)! > 1)
    if (alone || shared || /^[[({]/.test(label)) {
      fail(first.get(label)!, `label ${quote(label)} is a list of ${names.length} labels; ${oneLabel}`)
    }
  }
}

const alike = (label: string) => label.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ')

/** What a person should know about the labels of a task: labels that look the same, and far too many of them. One line each. */
export function labelDoubts({ labels, train }: Pick<Task, 'labels' | 'train'>): string[] {
  const doubts: string[] = []
  const seen = new Map<string, string>()
  for (const label of labels) {
    const other = seen.get(alike(label))
    if (other === undefined) seen.set(alike(label), label)
    else
      doubts.push(`labels ${quote(other)} and ${quote(label)} are two classes: they differ only in case or white space`)
  }
  const texts = train.labels.length
  if (texts >= 8 && labels.length * 2 > texts) {
    doubts.push(`${texts} training texts have ${labels.length} labels: does each line begin with its label?`)
  }
  return doubts
}

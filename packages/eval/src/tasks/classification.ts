import type { ClassificationTask, Sentences } from './task.js'
import { badLine, type Line, stemOf } from './text.js'

/** A label, then at least one word. */
const pattern = /^(\d+)\s+(\S.*)$/s

/** What fastText writes before a label. */
const prefix = '__label__'

/** Whether these could be the lines of labelled sentences. */
export const looksLikeSentences = (lines: readonly Line[]): boolean =>
  lines.slice(0, 10).some(({ text }) => pattern.test(text) || text.includes(prefix))

/**
 * Throws `bad-input` where in a tenth of the lines, and in two or more, the text begins with another label: these are several labels of
 * one line. One such line may be chance, as in `1 2 of them`.
 */
function checkSecond(file: string, lines: readonly Line[], { texts, labels }: Sentences): void {
  const known = new Set(labels.map(String))
  const found = lines.filter((_, i) => known.has(texts[i][0]) && texts[i][0] !== String(labels[i]))
  if (found.length < 2 || found.length * 10 < lines.length) return
  throw badLine(file, found[0], `one label and a text, not two labels as in ${found.length} lines`)
}

/** Reads `label text` lines. Throws `bad-input` naming the line, also for lines with several labels. */
export function parseSentences(file: string, lines: readonly Line[]): Sentences {
  const texts: string[][] = []
  const labels: number[] = []
  for (const line of lines) {
    const [, label, text] = pattern.exec(line.text) ?? []
    if (label === undefined || text === undefined || label.length > 9)
      throw badLine(file, line, 'a label (a whole number) and a text')
    if (text.includes(prefix)) throw badLine(file, line, `one label, a whole number, and no ${prefix} in the text`)
    labels.push(Number(label))
    texts.push(text.split(/\s+/))
  }
  checkSecond(file, lines, { texts, labels })
  return { texts, labels }
}

/** A file of sentences. */
export interface SentenceFile {
  readonly name: string
  readonly sentences: Sentences
}

/** `TREC.train.all` is the part `train` of `TREC`; `subj.all` is all of `subj`. */
function partOf(file: string): { set: string; part: 'train' | 'dev' | 'test' | 'all' } {
  const name = file.replace(/^.*[/\\]/, '')
  const [, set, part] = /^(.+)\.(train|dev|test)(?:\.[^.]*)?$/.exec(name) ?? []
  return set && part ? { set, part: part as 'train' | 'dev' | 'test' } : { set: stemOf(name), part: 'all' }
}

/**
 * Sentence files as tasks: the parts `train` and `test` of a set belong together; a file that is no part is a set of its own, for ten
 * folds. A part `dev` is not used, and a part without its other half is told in `missing`.
 */
export function classificationTasks(files: readonly SentenceFile[]): {
  tasks: ClassificationTask[]
  missing: { file: string; reason: string }[]
} {
  const sets = new Map<string, Map<string, SentenceFile>>()
  for (const file of files) {
    const { set, part } = partOf(file.name)
    sets.set(set, (sets.get(set) ?? new Map()).set(part, file))
  }
  const tasks: ClassificationTask[] = []
  const missing: { file: string; reason: string }[] = []
  for (const [name, parts] of sets) {
    const [train, test, all] = ['train', 'test', 'all'].map((part) => parts.get(part))
    if (all) tasks.push({ kind: 'classification', name, train: all.sentences })
    if (train && test) {
      tasks.push({ kind: 'classification', name, train: train.sentences, test: test.sentences })
    } else if (train || test || !all) {
      const [file] = parts.values()
      const wanted = ['train', 'test'].filter((part) => !parts.has(part)).join(' and ')
      missing.push({ file: file.name, reason: `${file.name}: there is no ${wanted} part of ${name} beside it` })
    }
  }
  return { tasks, missing }
}

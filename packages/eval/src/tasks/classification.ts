import type { ClassificationTask, Sentences } from './task.js'
import { badLine, type Line, stemOf } from './text.js'

/** A label, then at least one word. */
const pattern = /^(\d+)\s+(\S.*)$/

/** Whether these could be the lines of labelled sentences. */
export const looksLikeSentences = (lines: readonly Line[]): boolean =>
  lines.slice(0, 10).some(({ text }) => pattern.test(text))

/** Reads `label text` lines. Throws `bad-input` naming the line. */
export function parseSentences(file: string, lines: readonly Line[]): Sentences {
  const texts: string[][] = []
  const labels: number[] = []
  for (const line of lines) {
    const [, label, text] = pattern.exec(line.text) ?? []
    if (label === undefined || text === undefined || label.length > 9)
      throw badLine(file, line, 'a label (a whole number) and a text')
    labels.push(Number(label))
    texts.push(text.split(/\s+/))
  }
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

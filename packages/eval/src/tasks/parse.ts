import { isSlimbedError } from '@slimbed/core'
import { looksLikeAnalogy, parseAnalogy } from './analogy.js'
import { looksLikeCategorization, parseCategorization } from './categorization.js'
import { classificationTasks, looksLikeSentences, parseSentences, type SentenceFile } from './classification.js'
import { looksLikeRetrieval, parseRetrieval } from './retrieval.js'
import { looksLikeSimilarity, parseSimilarity } from './similarity.js'
import type { Task } from './task.js'
import { decodeText, linesOf, stemOf, type TaskFile } from './text.js'

/** A file that was left out, or a task: and why. */
export interface Skipped {
  readonly file: string
  /** One line that names the file. */
  readonly reason: string
}

/** Tasks from files. */
export interface ParsedTasks {
  /** Similarity, analogy, categorization, classification, retrieval; by name within each. */
  readonly tasks: readonly Task[]
  readonly skipped: readonly Skipped[]
  /** Notes on files that were read, one line each. */
  readonly notes: readonly string[]
}

const order = ['similarity', 'analogy', 'categorization', 'classification', 'retrieval'] as const

/**
 * What one file is, by its content: a task, or sentences that may be a part of one. Otherwise the reason why it cannot be used.
 */
function parseFile(file: TaskFile, text: string): Task | SentenceFile | string {
  const { name } = file
  const stem = stemOf(name)
  const lines = linesOf(text)
  if (lines.length === 0) return `${name}: the file is empty`
  if (looksLikeRetrieval(lines)) return parseRetrieval(name, stem, lines)
  if (looksLikeAnalogy(lines)) return parseAnalogy(name, stem, lines)
  if (looksLikeCategorization(text.trimStart())) return parseCategorization(name, stem, text.trimStart())
  if (looksLikeSimilarity(lines)) return parseSimilarity(name, stem, lines)
  if (looksLikeSentences(lines)) return { name, sentences: parseSentences(name, lines) }
  const known = 'pairs with scores, analogies, words with classes, labelled sentences, or queries and texts'
  return `${name}: expected ${known}; line ${lines[0].number} is ${JSON.stringify(lines[0].text.slice(0, 60))}`
}

/**
 * The tasks in some files, told apart by what is in them:
 *
 * - `word word score` lines are a similarity set, of texts too where tabs are between them;
 * - `: section` lines and lines of four words are analogies;
 * - CSV with a column `word` and one `category` or `class` is a categorization set;
 * - `label text` lines are sentences to classify: `NAME.train` and `NAME.test` together, any other file in ten folds;
 * - `query<TAB>text` lines below a heading with these two words are texts to find.
 *
 * A file of another format, or with a line of another format, is left out; one line says why.
 */
export function parseTasks(files: readonly TaskFile[]): ParsedTasks {
  const tasks: Task[] = []
  const sentences: SentenceFile[] = []
  const skipped: Skipped[] = []
  const notes: string[] = []
  for (const file of files) {
    const { text, note } = decodeText(file)
    try {
      const found = parseFile(file, text)
      if (typeof found === 'string') skipped.push({ file: file.name, reason: found })
      else if ('kind' in found) tasks.push(found)
      else sentences.push(found)
      if (note && typeof found !== 'string') notes.push(note)
    } catch (error) {
      if (!isSlimbedError(error, 'bad-input')) throw error
      skipped.push({ file: file.name, reason: error.message })
    }
  }
  const classification = classificationTasks(sentences)
  tasks.push(...classification.tasks)
  skipped.push(...classification.missing)
  const key = ({ kind, name }: Task) => `${order.indexOf(kind)} ${name.toLowerCase()}`
  tasks.sort((a, b) => (key(a) < key(b) ? -1 : 1))
  return { tasks, skipped, notes }
}

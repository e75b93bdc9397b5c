import { randomAt } from '@slimbed/core'
import { type Matrix, SlimbedError, type Vocabulary } from '@slimbed/runtime'
import { type PlainVocabulary, vocabularyOf } from '@slimbed/runtime/format'
import { initialTable } from './initial-table.js'
import { type Reading, rowsIn, wordsOf } from './tokens.js'

/** A text and what it is to be classified as. */
export interface Example {
  readonly text: string
  readonly label: string
  /** Where it stands, such as `train.txt:17`, for errors. */
  readonly where?: string
}

/** Texts as rows of the table, with the numbers of their labels. */
export interface Labelled {
  readonly sentences: readonly Uint32Array[]
  readonly labels: Uint32Array
  /** Texts none of whose words the table has. */
  readonly unknown: number
}

/** What there is to train on. */
export interface Task {
  readonly train: Labelled
  readonly dev: Labelled
  readonly test: Labelled | undefined
  /** Class i is called `labels[i]`. */
  readonly labels: readonly string[]
  /** The words of the table's rows; counts are those of the training texts. */
  readonly vocabulary: PlainVocabulary
  readonly dim: number
  /** `vocabulary.size × dim`: the table that training begins with. */
  readonly initial: Float32Array
  /** Words that have a vector. */
  readonly withVector: number
  readonly reading: Reading
}

/** What `createTask` is made from. */
export interface TaskOptions extends Partial<Reading> {
  readonly train: readonly Example[]
  /** A tenth of the training texts unless given. */
  readonly dev?: readonly Example[] | undefined
  readonly test?: readonly Example[] | undefined
  /** Vectors that the table begins with; rows of the words that have none are small and random. */
  readonly vectors?: { readonly matrix: Matrix; readonly vocabulary: Vocabulary } | undefined
  /** Columns of a table without vectors, 300 by default. */
  readonly dim?: number
  readonly seed?: number
}

function fail(message: string): never {
  throw new SlimbedError('bad-input', message)
}

const at = ({ where }: Example, i: number, kind: string) => where ?? `text ${i + 1} of the ${kind} data`

/** Throws `bad-input` for texts without words. */
function checkTexts(examples: readonly Example[], kind: string): void {
  if (examples.length === 0) fail(`the ${kind} data has no texts`)
  const empty = examples.findIndex(({ text }) => !/\S/u.test(text))
  if (empty >= 0) fail(`${at(examples[empty], empty, kind)}: there is no text: give it some, or leave it out`)
}

/** The labels of the training texts, in order. Throws `bad-input` when they are all the same. */
function labelsOf(train: readonly Example[]): string[] {
  const labels = [...new Set(train.map(({ label }) => label))].sort()
  if (labels.length > 1) return labels
  return fail(`all ${train.length} training texts have the label ${JSON.stringify(labels[0])}: two or more are needed`)
}

/** A tenth of the training texts, chosen by the seed, taken out of them. */
function holdOut(all: readonly Example[], seed: number): { train: Example[]; dev: Example[] } {
  const order = shuffled(all.length, randomAt(seed, ['hold-out']))
  const count = Math.ceil(all.length / 10)
  const held = new Set(order.subarray(0, count))
  return { train: all.filter((_, i) => !held.has(i)), dev: all.filter((_, i) => held.has(i)) }
}

/** The numbers 0 to count − 1 in random order (Fisher and Yates). */
export function shuffled(count: number, random: () => number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i)
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    const held = order[i]
    order[i] = order[j]
    order[j] = held
  }
  return order
}

/** Words with their counts in the training texts, by falling count; words of other texts only where they have a vector. */
function countWords(
  train: readonly Example[],
  others: readonly Example[],
  known: Vocabulary | undefined,
  how: Reading
) {
  const counts = new Map<string, number>()
  for (const { text } of train) for (const word of wordsOf(text, how)) counts.set(word, (counts.get(word) ?? 0) + 1)
  for (const { text } of others) {
    for (const word of wordsOf(text, how)) if (!counts.has(word) && known && known.find(word) >= 0) counts.set(word, 0)
  }
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
}

/**
 * Texts and vectors as numbers. The table has the words of the training texts, and of the others those that have a vector:
 * their labels decide nothing. Without `dev` a tenth of the training texts is kept for it.
 *
 * Rejects with `bad-input` for no texts, texts without words, one label alone, and labels in `dev` or `test` that the training
 * texts do not have; and as the vectors do.
 */
export async function createTask(options: TaskOptions): Promise<Task> {
  const { vectors, seed = 0, lowercase = true, maxLength = 40, test = [] } = options
  const reading = { lowercase, maxLength }
  checkTexts(options.train, 'training')
  if (options.dev) checkTexts(options.dev, 'dev')
  if (options.test) checkTexts(test, 'test')
  const { train, dev } = options.dev ? { train: options.train, dev: options.dev } : holdOut(options.train, seed)
  const labels = labelsOf(options.train)
  const numbers = new Map(labels.map((label, i) => [label, i]))
  const words = countWords(train, [...dev, ...test], vectors?.vocabulary, reading)
  const vocabulary = vocabularyOf(
    words.map(([word]) => word),
    words.map(([, count]) => count)
  )
  const { dim, data, found } = await initialTable(vocabulary, vectors, options.dim ?? 300, seed)
  const encode = (examples: readonly Example[], kind: string): Labelled => {
    const sentences = examples.map(({ text }) => rowsIn(text, reading, vocabulary.find))
    const own = examples.map((example, i) => {
      const number = numbers.get(example.label)
      if (number !== undefined) return number
      const known = labels.map((label) => JSON.stringify(label)).join(', ')
      return fail(
        `${at(example, i, kind)}: label ${JSON.stringify(example.label)} is not in the training data: ${known}`
      )
    })
    const unknown = sentences.filter(({ length }) => length === 0).length
    return { sentences, labels: Uint32Array.from(own), unknown }
  }
  return {
    train: encode(train, 'training'),
    dev: encode(dev, 'dev'),
    test: options.test && encode(test, 'test'),
    labels,
    vocabulary,
    dim,
    initial: data,
    withVector: found,
    reading
  }
}

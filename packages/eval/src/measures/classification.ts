import { randomAt, throwIfAborted } from '@slimbed/core'
import { type Classifier, classify, type Features, trainClassifier } from '../logistic/regression.js'
import { everyItem, type Outcome, shareOf } from '../outcome.js'
import type { EvalContext, Subject } from '../subject.js'
import type { ClassificationTask } from '../tasks/task.js'
import { inverseMoments, sentenceVectors, standardize } from './features.js'
import { textVectors } from './text-vectors.js'

const folds = 10
const penalty = 1

/** Rows to train on and rows to test on. */
interface Split {
  readonly train: Uint32Array
  readonly test: Uint32Array
}

/** The given split, or ten folds of rows in an order drawn from the seed. */
function splitsOf({ name, train, test }: ClassificationTask, seed: number): Split[] {
  const known = train.labels.length
  const all = everyItem(known)
  if (test) return [{ train: all, test: everyItem(test.labels.length).map((row) => known + row) }]
  const random = randomAt(seed, ['folds', name])
  for (let i = known - 1; i > 0; i--) {
    const other = Math.floor(random() * (i + 1))
    ;[all[i], all[other]] = [all[other], all[i]]
  }
  return Array.from({ length: Math.min(folds, known) }, (_, fold) => ({
    train: all.filter((_, i) => i % folds !== fold),
    test: all.filter((_, i) => i % folds === fold)
  }))
}

/** For each row of the test part, whether it is classified correctly. */
async function rightRows(
  features: Features,
  labels: Uint32Array,
  classes: number,
  splits: readonly Split[],
  { tensor, signal, progress }: EvalContext,
  { name, train: { labels: known } }: ClassificationTask
): Promise<Uint8Array> {
  const first = Math.min(...splits.map(({ test }) => test.reduce((least, row) => Math.min(least, row), features.count)))
  const right = new Uint8Array(splits.reduce((sum, { test }) => sum + test.length, 0))
  const inverse = await inverseMoments(features, known.length, penalty, tensor)
  let start: Classifier | undefined
  for (const [i, { train, test }] of splits.entries()) {
    throwIfAborted(signal)
    start = trainClassifier(features, labels, classes, train, { penalty, start, inverse })
    for (const row of test) right[row - first] = Number(classify(start, features, row) === labels[row])
    progress?.(name, i + 1, splits.length)
    // Lets an interruption through, since training blocks the thread.
    await new Promise((done) => setTimeout(done, 0))
  }
  return right
}

/**
 * Sentence classification: the mean of a sentence's known words into a logistic regression (penalty 1, all vectors moved and scaled
 * alike to mean 0 and unit variance). The score is the accuracy on the test part, or over ten folds. Undefined where no sentence has a known word, or
 * there are fewer than two classes.
 */
export async function classification(
  subject: Subject,
  task: ClassificationTask,
  context: EvalContext
): Promise<Outcome | undefined> {
  const texts = [...task.train.texts, ...(task.test?.texts ?? [])]
  const names = [...task.train.labels, ...(task.test?.labels ?? [])]
  const kinds = [...new Set(task.train.labels)].sort((a, b) => a - b)
  const features = subject.encode
    ? textVectors(
        subject,
        texts.map((words) => words.join(' '))
      )
    : sentenceVectors(subject, texts)
  if (features.covered === 0 || kinds.length < 2) return undefined
  standardize(features, task.train.labels.length)
  // A label that is not in the training part cannot be predicted.
  const labels = Uint32Array.from(names, (label) => (kinds.includes(label) ? kinds.indexOf(label) : kinds.length))
  const right = await rightRows(features, labels, kinds.length, splitsOf(task, context.seed), context, task)
  const of = shareOf(right)
  const value = of(everyItem(right.length))
  const { kind, name } = task
  const score = {
    kind,
    task: name,
    measure: 'accuracy' as const,
    value,
    items: texts.length,
    covered: features.covered
  }
  return { score, used: right.length, of }
}

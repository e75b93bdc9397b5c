import { isSlimbedError, SlimbedError } from '@slimbed/core'
import { type Classifier, loadClassifier, markedLabels } from '@slimbed/train'
import type { PredictFlags } from '../flags/predict.js'
import { bytesOf } from '../open/artefact.js'
import { checkInputs } from '../open/paths.js'
import { type Given, stdinLines } from '../open/stdin-lines.js'
import { print, printJson, type Session } from '../session/session.js'
import { printable } from '../show/text/printable.js'
import { alignColumns } from '../show/text/table.js'
import { percent } from '../show/text/units.js'

/** What `slimbed predict --json` prints, for each text. */
export interface Prediction {
  readonly text: string
  readonly label: string
  readonly probability: number
  readonly probabilities: Readonly<Record<string, number>>
  /** Words of the text that the model knows. */
  readonly known: number
}

/**
 * Texts as they are classified: without fastText's labels, which are not words. Warns of those, and of texts that all begin with a
 * label of the classifier.
 */
function unlabelled(texts: readonly string[], { labels }: Classifier, { warn }: Session): string[] {
  const marked = texts.flatMap(markedLabels)
  if (marked.length > 0) {
    warn(
      `labels in the texts, such as ${JSON.stringify(marked[0].slice(0, 60))}, are left out: a text to classify has none`
    )
  }
  const first = texts.map((text) => text.trimStart().slice(0, 1000).split(/\s/u))
  if (texts.length > 1 && first.every(([word, ...more]) => more.length > 0 && labels.includes(word))) {
    warn('each text begins with a label, which is read as a word of it: give the texts without labels')
  }
  if (marked.length === 0) return [...texts]
  const found = new Set(marked)
  return texts.map((text) =>
    text
      .split(/\s+/u)
      .filter((word) => !found.has(word))
      .join(' ')
  )
}

/** Classifies texts by a file that `slimbed train` made: `slimbed predict`. */
export async function predictCommand(path: string, given: Given, flags: PredictFlags, session: Session): Promise<void> {
  await checkInputs([path], session)
  const texts = (await stdinLines(given, 'text', session))?.map(({ text }) => text) ?? given.args
  const bytes = await bytesOf(path, 'a classifier, a file that "slimbed train" made', session)
  const classifier = (() => {
    try {
      return loadClassifier(bytes)
    } catch (error) {
      if (!isSlimbedError(error)) throw error
      throw new SlimbedError(error.code, `${path}: ${error.message}`, { cause: error })
    }
  })()
  const predictions: Prediction[] = []
  const words = unlabelled(texts, classifier, session)
  for (const [i, text] of texts.entries()) {
    const { label, probabilities, known } = await classifier.classify(words[i])
    if (known === 0) {
      session.warn(`${JSON.stringify(text)} has no word that the model knows; the answer is what it says without any`)
    }
    const named = Object.fromEntries(classifier.labels.map((name, i) => [name, probabilities[i]]))
    predictions.push({ text, label, probability: Math.max(...probabilities), probabilities: named, known })
  }
  if (flags.json) return printJson({ model: path, predictions })
  const lines = predictions.map(({ text, label, probability }) => [
    printable(label),
    percent(probability),
    printable(text)
  ])
  return print(alignColumns(lines, 'lrl'))
}

import { isSlimbedError, SlimbedError } from '@slimbed/core'
import { loadClassifier } from '@slimbed/train'
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

/** Classifies texts by a file that `slimbed train` made: `slimbed predict`. */
export async function predictCommand(path: string, given: Given, flags: PredictFlags, session: Session): Promise<void> {
  await checkInputs([path], session)
  const texts = (await stdinLines(given, 'text', session))?.map(({ text }) => text) ?? given.args
  const bytes = await bytesOf(path, session)
  const classifier = (() => {
    try {
      return loadClassifier(bytes)
    } catch (error) {
      if (!isSlimbedError(error)) throw error
      throw new SlimbedError(error.code, `${path}: ${error.message}`, { cause: error })
    }
  })()
  const predictions: Prediction[] = []
  for (const text of texts) {
    const { label, probabilities, known } = await classifier.classify(text)
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

import { wordVectors } from '../lookup/word-vectors.js'
import type { FastTextModel } from '../model.js'
import { classifierOf } from '../predict/classifier.js'

/** What texts say of a model before and after. */
export interface Checked {
  readonly texts: number
  /** Of a classifier: the share of texts whose first label is the same. */
  readonly sameLabel?: number
  /** Of texts with labels of the model, `__label__…`: the share whose first label is one of these, before and after. */
  readonly labelled?: { readonly texts: number; readonly before: number; readonly after: number }
  /** Of word vectors: the mean cosine of the words of the texts, each as often as it occurs, of those that have a vector in both. */
  readonly meanCosine?: number
}

const tokensOf = (text: string) => text.split(/[ \t\n\v\f\r\0]+/).filter((token) => token !== '')

async function checkClassifier(
  before: FastTextModel,
  after: FastTextModel,
  texts: readonly string[]
): Promise<Checked> {
  const models = [await classifierOf(before), await classifierOf(after)]
  let same = 0
  const right = [0, 0]
  let labelled = 0
  for (const text of texts) {
    const [a, b] = models.map(({ predict }) => predict(text)[0]?.label)
    if (a === b) same++
    const own = tokensOf(text).filter((token) => before.labels.find(token) >= 0)
    if (own.length === 0) continue
    labelled++
    if (a !== undefined && own.includes(a)) right[0]++
    if (b !== undefined && own.includes(b)) right[1]++
  }
  const shares = { texts: labelled, before: right[0] / labelled, after: right[1] / labelled }
  return { texts: texts.length, sameLabel: same / texts.length, ...(labelled > 0 && { labelled: shares }) }
}

function cosine(a: Float32Array, b: Float32Array): number {
  let [ab, aa, bb] = [0, 0, 0]
  for (let j = 0; j < a.length; j++) {
    ab += a[j] * b[j]
    aa += a[j] * a[j]
    bb += b[j] * b[j]
  }
  return ab / Math.sqrt(aa * bb)
}

/** Compares what two models say of texts, a line each. Rejects as `classifierOf` and `wordVectors` do. */
export async function checkTexts(
  before: FastTextModel,
  after: FastTextModel,
  texts: readonly string[]
): Promise<Checked> {
  if (before.args.model === 'supervised') return checkClassifier(before, after, texts)
  const [a, b] = [await wordVectors(before), await wordVectors(after)]
  let [sum, count] = [0, 0]
  for (const text of texts) {
    for (const token of tokensOf(text)) {
      const value = cosine(a.vector(token), b.vector(token))
      if (Number.isNaN(value)) continue
      sum += value
      count++
    }
  }
  return { texts: texts.length, ...(count > 0 && { meanCosine: sum / count }) }
}

import { minimize, type Objective } from './minimize.js'

/** Rows of features: `count × dim`, row-major. */
export interface Features {
  readonly count: number
  readonly dim: number
  readonly data: Float32Array
}

/** A linear classifier: `outputs × (dim + 1)`, the last column the intercept; two classes have one output, for the second. */
export interface Classifier {
  readonly classes: number
  readonly dim: number
  readonly weights: Float64Array
}

/** Options of `trainClassifier`. */
export interface TrainOptions {
  /** How much `½ Σ w²` (intercepts apart) counts beside the sum of the losses: the inverse of scikit-learn's C. 1 by default. */
  readonly penalty?: number
  /** Weights to begin with; zeros by default. The minimum is the same. */
  readonly start?: Classifier | undefined
  /** An estimate of the inverse of the features' second moments, `dim × dim`, that speeds the search up. */
  readonly inverse?: Float64Array | undefined
}

/** A matrix, `dim × dim`, times the weights of every output; intercepts stay. */
function timesWeights(matrix: Float64Array, dim: number, weights: Float64Array): Float64Array {
  const out = weights.slice()
  for (let at = 0; at < weights.length; at += dim + 1) {
    for (let i = 0; i < dim; i++) {
      let sum = 0
      for (let j = 0; j < dim; j++) sum += matrix[i * dim + j] * weights[at + j]
      out[at + i] = sum
    }
  }
  return out
}

/** The scores of row `row` under every output, in `scores`. */
function score({ dim, weights }: Classifier, data: Float32Array, row: number, scores: Float64Array): void {
  for (let k = 0; k < scores.length; k++) {
    const at = k * (dim + 1)
    let [even, odd] = [weights[at + dim], 0]
    let j = 0
    for (const first = row * dim; j + 1 < dim; j += 2) {
      even += weights[at + j] * data[first + j]
      odd += weights[at + j + 1] * data[first + j + 1]
    }
    if (j < dim) even += weights[at + j] * data[row * dim + j]
    scores[k] = even + odd
  }
}

/** The loss of a row of class `label`; `scores` become its derivatives. */
function lossOf(scores: Float64Array, label: number): number {
  if (scores.length === 1) {
    const value = scores[0]
    const margin = label === 1 ? value : -value
    scores[0] = 1 / (1 + Math.exp(-value)) - label
    return margin > 0 ? Math.log1p(Math.exp(-margin)) : Math.log1p(Math.exp(margin)) - margin
  }
  let top = -Infinity
  for (let k = 0; k < scores.length; k++) top = Math.max(top, scores[k])
  const own = scores[label]
  let sum = 0
  for (let k = 0; k < scores.length; k++) {
    scores[k] = Math.exp(scores[k] - top)
    sum += scores[k]
  }
  for (let k = 0; k < scores.length; k++) scores[k] /= sum
  scores[label] -= 1
  return top + Math.log(sum) - own
}

/** The mean loss over some rows with its penalty, and its gradient. */
function objectiveOf(
  { dim, data }: Features,
  labels: Uint32Array,
  rows: Uint32Array,
  outputs: number,
  penalty: number
): Objective {
  const scores = new Float64Array(outputs)
  const width = dim + 1
  return (weights, gradient) => {
    const classifier = { classes: 0, dim, weights }
    gradient.fill(0)
    let loss = 0
    for (let r = 0; r < rows.length; r++) {
      const row = rows[r]
      score(classifier, data, row, scores)
      loss += lossOf(scores, labels[row])
      for (let k = 0; k < outputs; k++) {
        const factor = scores[k]
        for (let j = 0, at = k * width, from = row * dim; j < dim; j++, at++, from++)
          gradient[at] += factor * data[from]
        gradient[k * width + dim] += factor
      }
    }
    for (let i = 0; i < weights.length; i++) {
      const inner = i % width < dim ? weights[i] : 0
      loss += 0.5 * penalty * inner * inner
      gradient[i] = (gradient[i] + penalty * inner) / rows.length
    }
    return loss / rows.length
  }
}

/**
 * Logistic regression (multinomial for more than two classes) over the rows `rows`, as scikit-learn's `LogisticRegression` with
 * `C = 1 / penalty`. `labels` are class numbers from 0 to `classes − 1`, one for each row of the features.
 */
export function trainClassifier(
  features: Features,
  labels: Uint32Array,
  classes: number,
  rows: Uint32Array,
  { penalty = 1, start, inverse }: TrainOptions = {}
): Classifier {
  const outputs = classes > 2 ? classes : 1
  const zeros = new Float64Array(outputs * (features.dim + 1))
  const objective = objectiveOf(features, labels, rows, outputs, penalty)
  const weights = minimize(objective, start?.weights ?? zeros, {
    tolerance: 1e-4,
    mostRounds: 500,
    precondition: inverse && ((vector) => timesWeights(inverse, features.dim, vector))
  })
  return { classes, dim: features.dim, weights }
}

/** The class of row `row`. */
export function classify(classifier: Classifier, { data }: Features, row: number): number {
  const scores = new Float64Array(classifier.weights.length / (classifier.dim + 1))
  score(classifier, data, row, scores)
  if (scores.length === 1) return Number(scores[0] > 0)
  return scores.indexOf(Math.max(...scores))
}

import { type Compressor, type Dense, expand, randomAt, type Table, throwIfAborted } from '@slimbed/core'
import type { EvalContext } from '../../subject.js'
import { negativeLogLikelihood } from '../likelihood.js'
import type { LanguageModel } from '../model.js'
import { outputOf } from '../output.js'
import { firstStates, hiddenStates } from '../perplexity.js'
import { type Adam, adam } from './adam.js'
import { backward, type Factor, type FactoredPart, factorsOf, forward, tableFrom } from './factors.js'
import { allLogits, columnsOf, softmaxRows } from './targets.js'

/** What `retrainSoftmax` may be told. */
export interface RetrainOptions {
  /**
   * `distillation`, the default: the words that the original model expects, on a text some of whose words are replaced. `likelihood`:
   * the words that come next in the text.
   */
  readonly loss?: 'distillation' | 'likelihood'
  /** Steps; 120 by default. */
  readonly steps?: number
  /** Positions of a step; 1,024 by default. */
  readonly batch?: number
  /** The learning rate to begin with; 2e-4 by default. Halved when the validation stalls. */
  readonly rate?: number
  /** Steps between validations; 20 by default. */
  readonly every?: number
  /** The share of words that others take the place of, drawn by frequency; 0.2 by default for distillation, 0 for likelihood. */
  readonly noise?: number
  /** Rounds every matrix in the forward pass; gradients pass through (Bengio et al. 2013). */
  readonly round?: Compressor
}

/** A validation. */
export interface Validation {
  readonly step: number
  readonly rate: number
  readonly perplexity: number
}

/** A softmax that was trained on. */
export interface Retrained {
  /** The table of the best validation, not rounded. */
  readonly softmax: Table
  /** Before the first step, and then every so many. */
  readonly validations: readonly Validation[]
}

/** Texts as rows of tokens. */
export interface RetrainTexts {
  readonly train: Uint32Array
  readonly valid: Uint32Array
}

/** A text with some of its words replaced by words drawn from it: what a model makes of it is less certain, as it is of text that it has not seen. */
function disturbed(tokens: Uint32Array, share: number, random: () => number): Uint32Array {
  return tokens.map((token) => (random() < share ? tokens[Math.floor(random() * tokens.length)]! : token))
}

/** Hidden states of the last layer, for all tokens but the last. */
async function statesOf(model: LanguageModel, tokens: Uint32Array, context: EvalContext): Promise<Dense> {
  const rows = tokens.length - 1
  const data = await hiddenStates(model, tokens.subarray(0, rows), firstStates(model), context)
  return { rows, dim: model.softmax.dim, data }
}

function pick({ dim, data }: Dense, rows: Uint32Array): Dense {
  const out = new Float32Array(rows.length * dim)
  rows.forEach((row, i) => {
    out.set(data.subarray(row * dim, (row + 1) * dim), i * dim)
  })
  return { rows: rows.length, dim, data: out }
}

/** A matrix as the forward pass has it. */
async function rounded(factor: Factor, round: Compressor | undefined, { tensor, seed }: EvalContext): Promise<Dense> {
  if (!round) return factor
  const { rows, dim, data, path } = factor
  const matrix = {
    rows,
    dim,
    read: async (start: number, count: number) => data.subarray(start * dim, (start + count) * dim)
  }
  const table = await round.compress(matrix, { path, tensor, seed, random: randomAt(seed, path), progress: () => {} })
  return { rows, dim, data: await (await expand(table, tensor)).read(0, rows) }
}

/** Trains `parts` for one step on the states of some positions, towards `target`, `positions × words` probabilities. */
async function step(
  parts: readonly FactoredPart[],
  moves: readonly Adam[],
  { bias, factor = 1 }: LanguageModel,
  hidden: Dense,
  target: Dense,
  rate: number,
  round: Compressor | undefined,
  context: EvalContext
): Promise<void> {
  const { tensor } = context
  const words = bias.length
  const slope = { rows: hidden.rows, dim: words, data: new Float32Array(hidden.rows * words) }
  const passes = []
  for (const { words: own, left, right } of parts) {
    const pass = await forward(
      hidden,
      await rounded(left, round, context),
      right && (await rounded(right, round, context)),
      tensor
    )
    passes.push(pass)
    for (let p = 0; p < hidden.rows; p++) {
      for (let i = 0; i < own.length; i++) slope.data[p * words + own[i]!] = pass.logits.data[p * own.length + i]!
    }
  }
  softmaxRows(slope, bias, factor)
  const scale = factor / hidden.rows
  for (let i = 0; i < slope.data.length; i++) slope.data[i] = scale * (slope.data[i]! - target.data[i]!)
  for (const [i, pass] of passes.entries()) {
    const gradients = await backward(pass, hidden, columnsOf(slope, parts[i]!.words), tensor)
    moves[2 * i]!.step(gradients.left, rate)
    if (gradients.right) moves[2 * i + 1]!.step(gradients.right, rate)
  }
}

/** What each position is to be followed by: the next word, or what the teacher expects. */
async function targetsOf(
  loss: 'distillation' | 'likelihood',
  teacher: LanguageModel,
  context: EvalContext
): Promise<(hidden: Dense, next: Uint32Array) => Promise<Dense>> {
  const words = teacher.bias.length
  if (loss === 'likelihood') {
    return async (_, next) => {
      const data = new Float32Array(next.length * words)
      next.forEach((word, p) => {
        data[p * words + word] = 1
      })
      return { rows: next.length, dim: words, data }
    }
  }
  const output = await outputOf(teacher.softmax, context.tensor)
  return async (hidden) => {
    const logits = await allLogits(output, hidden, words)
    softmaxRows(logits, teacher.bias, teacher.factor ?? 1)
    return logits
  }
}

/**
 * Trains the matrices of a model's softmax further, all else staying as it is: towards what the original model `teacher` expects
 * (Hinton et al. 2015), or towards the text. The softmax is dense, a product, or a partition of such, not yet quantized; `round` has the
 * forward pass see what a quantizer will make of it. By Adam; the rate is halved when the validation perplexity does not fall, and
 * what is best there is kept, so it is never worse than before.
 *
 * Rejects with `bad-input` for a softmax of other kinds, and with `aborted`.
 */
export async function retrainSoftmax(
  student: LanguageModel,
  teacher: LanguageModel,
  texts: RetrainTexts,
  options: RetrainOptions,
  context: EvalContext
): Promise<Retrained> {
  const { loss = 'distillation', steps = 120, batch = 1024, every = 20, round } = options
  const { noise = loss === 'distillation' ? 0.2 : 0 } = options
  const random = randomAt(context.seed, ['retrain'])
  const parts = await factorsOf(student.softmax)
  const moves = parts.flatMap(({ left, right }) => [adam(left.data), adam(right?.data ?? new Float32Array(0))])
  const train = disturbed(texts.train, noise, random)
  const states = await statesOf(student, train, context)
  const taught = loss === 'distillation' ? await statesOf(teacher, train, context) : states
  const target = await targetsOf(loss, teacher, context)
  const checked = await statesOf(student, texts.valid, context)
  const { bias, factor = 1 } = student

  const validate = async () => {
    const table = await tableFrom(student.softmax, parts, (matrix) => rounded(matrix, round, context))
    const output = await outputOf(table, context.tensor)
    const sum = await negativeLogLikelihood({ output, bias, factor }, checked, texts.valid.subarray(1))
    return Math.exp(sum / checked.rows)
  }
  let { rate = 2e-4 } = options
  const validations: Validation[] = [{ step: 0, rate, perplexity: await validate() }]
  let best = student.softmax
  for (let done = 1; done <= steps; done++) {
    throwIfAborted(context.signal)
    const rows = Uint32Array.from({ length: batch }, () => Math.floor(random() * states.rows))
    const expected = await target(
      pick(taught, rows),
      rows.map((row) => train[row + 1]!)
    )
    await step(parts, moves, student, pick(states, rows), expected, rate, round, context)
    context.progress?.('retraining', done, steps)
    if (done % every !== 0 && done !== steps) continue
    const perplexity = await validate()
    if (perplexity < Math.min(...validations.map((one) => one.perplexity))) {
      best = await tableFrom(student.softmax, parts, async (matrix) => matrix)
    } else rate /= 2
    validations.push({ step: done, rate, perplexity })
  }
  return { softmax: best, validations }
}

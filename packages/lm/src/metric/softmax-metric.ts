import { matrixFrom, SlimbedError } from '@slimbed/core'
import type { LmContext } from '../context.js'
import type { LanguageModel } from '../model.js'
import { firstStates, hiddenStates } from '../perplexity/perplexity.js'
import { tempered } from './tempered.js'

/** Tokens whose hidden states are in memory at a time. */
const chunk = 65_536

/** The power of the covariance: found on the validation text of a language model, as docs/decisions/0038 says. */
const exponent = 3 / 4

/**
 * How much errors along the columns of a softmax count: the covariance C of the hidden states on a text to the power 3/4, `hidden × hidden`,
 * row-major. An error e of a word's row changes its logits by an amount with the variance `eᵀ C e`. Rejects with `bad-input` for fewer than two tokens.
 */
export async function softmaxMetric(
  model: LanguageModel,
  tokens: Uint32Array,
  context: LmContext
): Promise<Float64Array> {
  const count = tokens.length - 1
  if (count < 1)
    throw new SlimbedError('bad-input', `calibration: expected two tokens or more, there are ${tokens.length}`)
  const { dim } = model.softmax
  const states = firstStates(model)
  const squares = new Float64Array(dim * dim)
  const sums = new Float64Array(dim)
  for (let start = 0; start < count; start += chunk) {
    const end = Math.min(start + chunk, count)
    const hidden = await hiddenStates(model, tokens.subarray(start, end), states, context)
    const [gram] = await context.tensor.gram(matrixFrom(end - start, dim, hidden), { signal: context.signal })
    for (let at = 0; at < gram.length; at++) squares[at] += gram[at]
    for (let at = 0; at < hidden.length; ) for (let j = 0; j < dim; j++, at++) sums[j] += hidden[at]
    context.progress?.('calibration', end, count)
  }
  const covariance = squares.map(
    (square, at) => (square - (sums[Math.floor(at / dim)] * sums[at % dim]) / count) / count
  )
  return tempered(covariance, dim, exponent, context.tensor)
}

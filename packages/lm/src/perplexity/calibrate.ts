import { SlimbedError } from '@slimbed/core'
import type { LmContext } from '../context.js'
import type { LanguageModel } from '../model.js'
import { negativeLogLikelihood } from './likelihood.js'
import { outputOf } from './output.js'
import { firstStates, hiddenStates } from './perplexity.js'

/** Where a parabola through three points has its least value; undefined where it has none between 0 and 2. */
function vertex(points: readonly (readonly [number, number])[]): number | undefined {
  const [[a, fa], [b, fb], [c, fc]] = points as readonly [[number, number], [number, number], [number, number]]
  const slopes = (b - a) * (fb - fc) - (b - c) * (fb - fa)
  if (slopes === 0) return undefined
  const at = b - ((b - a) ** 2 * (fb - fc) - (b - c) ** 2 * (fb - fa)) / (2 * slopes)
  return at > 0 && at < 2 ? at : undefined
}

const mostTokens = 65_536

/**
 * The factor for the logits of a model with the least perplexity on a text (of which the first 65,536 tokens count), such as the one
 * that it was validated on; the perplexity is convex in it. A model that was fitted too closely to its training text is too sure of
 * itself, and the factor is below 1. Rejects with `bad-input` for fewer than two tokens.
 */
export async function calibratedFactor(model: LanguageModel, tokens: Uint32Array, context: LmContext): Promise<number> {
  const count = Math.min(tokens.length - 1, mostTokens)
  if (count < 1)
    throw new SlimbedError('bad-input', `calibration: expected two tokens or more, there are ${tokens.length}`)
  const { softmax, bias } = model
  const data = await hiddenStates(model, tokens.subarray(0, count), firstStates(model), context)
  const hidden = { rows: count, dim: softmax.dim, data }
  const output = await outputOf(softmax, context.tensor)
  const tried: [number, number][] = []
  const lossAt = async (factor: number) => {
    tried.push([factor, await negativeLogLikelihood({ output, bias, factor }, hidden, tokens.subarray(1, count + 1))])
    context.progress?.('calibration', tried.length, 5)
  }
  for (const factor of [0.8, 0.9, 1]) await lossAt(factor)
  // Near its least value the loss is all but a parabola: two more points, each where the best three so far say.
  for (let round = 0; round < 2; round++) {
    tried.sort((a, b) => a[1] - b[1])
    const next = vertex(tried.slice(0, 3))
    if (next === undefined || tried.some(([factor]) => Math.abs(factor - next) < 1e-3)) break
    await lossAt(next)
  }
  return tried.reduce((best, point) => (point[1] < best[1] ? point : best))[0]
}

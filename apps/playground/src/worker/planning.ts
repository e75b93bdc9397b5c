import type { Matrix, TensorAdapter } from '@slimbed/core'
import { type Attempt, choices, plan } from '@slimbed/plan'
import type { Estimate } from './api.js'
import { quick, versionsFor } from './registry.js'
import { type Input, weightsOf } from './table.js'

/** The table that pipelines are looked for. */
export interface ToPlan {
  readonly matrix: Matrix
  readonly input: Input
  readonly tensor: TensorAdapter
  readonly signal: AbortSignal
}

const optionsOf = (ratio: number, { input, tensor, signal }: ToPlan) => ({
  ratio,
  vocabulary: input.vocabulary,
  tensor,
  signal
})

/** What was found for a table before. */
const known = new WeakMap<Input, Map<number, Estimate>>()

async function estimated(ratio: number, use: ToPlan): Promise<Estimate> {
  const found = await choices(use.matrix, quick, { ...optionsOf(ratio, use), mostStages: 1 })
  const [best] = found.choices
  if (best) return { spec: best.pipeline, bytes: best.bytes, relativeError: Math.sqrt(best.loss) }
  // Nothing is so small: this says what is.
  const { chosen } = await plan(use.matrix, quick, optionsOf(ratio, use))
  return { spec: chosen.spec, bytes: chosen.file.length, relativeError: chosen.made.measured.relativeError }
}

/** The pipeline of one stage that loses least in a file so many times smaller than float32, by samples of the rows. Rejects as `plan` does. */
export async function estimateFor(ratio: number, use: ToPlan): Promise<Estimate> {
  const own = known.get(use.input) ?? new Map<number, Estimate>()
  known.set(use.input, own)
  const made = own.get(ratio) ?? (await estimated(ratio, use))
  own.set(ratio, made)
  return made
}

/** The file that the compressor of an estimate makes, its rate moved until the size is right: what the command makes of that pipeline. */
export async function planFor(
  ratio: number,
  { spec }: Estimate,
  use: ToPlan,
  onProgress: (stage: string, done: number, total: number) => void
): Promise<Attempt> {
  const { input, matrix } = use
  const [name] = spec.split('(')
  const { chosen } = await plan(
    matrix,
    quick.filter(({ id }) => id === name),
    {
      ...optionsOf(ratio, use),
      optionsFor: async (compressor) => {
        const { values, source } = weightsOf(input, compressor)
        const origin = { versions: versionsFor(compressor), weights: source }
        return { weights: values, vocabulary: input.vocabulary, origin, onProgress }
      }
    }
  )
  return chosen
}

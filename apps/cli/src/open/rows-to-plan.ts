import { type CompressOptions, type Compressor, format, type TensorAdapter } from '@slimbed/core'
import { usesWeights } from '@slimbed/core/plugins'
import { pipelineOf } from '@slimbed/io/plugins'
import type { Matrix } from '@slimbed/runtime'
import type { Session } from '../session/session.js'
import { places } from './places.js'
import { matrixOfOpened, type Opened } from './table.js'
import { type Weights, weightsOf, wordsToSave } from './weights.js'
import { inWordOrder, type Ordered } from './word-order.js'

/** The flags that say what is compressed by the pipelines that are tried. */
export interface RowsFlags {
  readonly weights?: string
  readonly counts: boolean
  readonly order: 'rows' | 'words'
  readonly plugin: readonly string[]
}

/** The rows of an input, and what each pipeline is given with them. */
export interface RowsToPlan extends Ordered {
  /** Pipelines that need weights where there are none get those that they get from `-p`. */
  weightsFor(compressor: Compressor): Promise<Weights>
  optionsFor(compressor: Compressor): Promise<CompressOptions>
}

/** The rows of an input, for pipelines that are tried. */
export async function rowsToPlan(
  path: string,
  input: Opened,
  flags: RowsFlags,
  tensor: TensorAdapter,
  session: Session
): Promise<RowsToPlan> {
  const rows = await matrixOfOpened(input, tensor)
  const ordered = async (matrix: Matrix, weights: Weights): Promise<Ordered> =>
    flags.order === 'words' ? inWordOrder(path, matrix, weights) : { matrix, weights }
  const own = await ordered(rows, await weightsOf(flags.weights, input, false, session))
  let supposed: Promise<Weights> | undefined
  const supposing = async () => (await ordered(rows, await weightsOf(flags.weights, input, true, session))).weights
  const weightsFor = async (compressor: Compressor): Promise<Weights> => {
    if (own.weights.source !== 'uniform' || flags.weights !== undefined || !usesWeights(compressor)) return own.weights
    supposed ??= supposing()
    return supposed
  }
  const optionsFor = async (compressor: Compressor): Promise<CompressOptions> => {
    const weights = await weightsFor(compressor)
    const { versions } = await pipelineOf(format(compressor), flags.plugin, places)
    return {
      weights: weights.values,
      vocabulary: wordsToSave(weights, flags.counts),
      origin: { versions, weights: weights.source, calibrated: false }
    }
  }
  return { ...own, weightsFor, optionsFor }
}

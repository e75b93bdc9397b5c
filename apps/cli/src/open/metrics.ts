import { SlimbedError, type TensorAdapter } from '@slimbed/core'
import {
  embeddingMetric,
  type LanguageModel,
  type LmContext,
  languageModelIn,
  modelFileOf,
  softmaxMetric
} from '@slimbed/lm'
import type { Vocabulary } from '@slimbed/runtime'
import type { Session } from '../session/session.js'
import { bytesOf } from './artefact.js'
import { naming } from './naming.js'
import { readTokens } from './tokens.js'

/** How much errors along the columns of a table of a language model count, by the name of the tensor. */
const makers = { 'embedding.weight': embeddingMetric, 'softmax.weight': softmaxMetric } as const
const isKnown = (name: string): name is keyof typeof makers => Object.hasOwn(makers, name)

/** What metrics are computed from. */
export interface Calibration {
  /** The file of the model. */
  readonly path: string
  /** The text that `--calibrate` names. */
  readonly text: string
  /** The words of the rows. */
  readonly words: Vocabulary | undefined
  /** The tensors that are compressed. */
  readonly names: readonly string[]
}

/** A language model, and a text that it is calibrated on. */
export interface Calibrated {
  readonly model: LanguageModel
  readonly tokens: Uint32Array
  readonly context: LmContext
  /** By tensor: how much errors along the columns of its table count. */
  readonly metrics: ReadonlyMap<string, Float64Array>
}

/**
 * A language model with the metrics of its tables on a text. Rejects with `bad-option` where the words are not known, or no tensor is the
 * embedding or the softmax of a language model; with `bad-input` where the file is none.
 */
export async function calibratedOn(
  { path, text, words, names }: Calibration,
  tensor: TensorAdapter,
  session: Session
): Promise<Calibrated> {
  const known = names.filter(isKnown)
  if (known.length === 0) {
    const wanted = Object.keys(makers).join(' or ')
    throw new SlimbedError('bad-option', `--calibrate: goes with --tensor ${wanted} of a language model`)
  }
  if (!words) {
    const problem = `the words of ${path} are not known, and the text has to be read with them`
    throw new SlimbedError('bad-option', `--calibrate: ${problem}; give them with --vocab, or with counts by --weights`)
  }
  const bytes = await bytesOf(path, 'the tensors of a language model', session)
  const model = await naming(path, async () => languageModelIn(modelFileOf(bytes)))
  const all = Array.from({ length: words.size }, (_, row) => words.word(row))
  const tokens = await readTokens(text, all, session)
  const { signal, progress } = session
  const context: LmContext = {
    tensor,
    signal,
    progress: (name, done, total) => progress.phase(name, total)(done, total)
  }
  const made = new Map<string, Float64Array>()
  for (const name of known) made.set(name, await makers[name](model, tokens, context))
  return { model, tokens, context, metrics: made }
}

/** The metrics of tables of a language model on a text, by tensor. Rejects as `calibratedOn`. */
export const metricsOn = async (
  calibration: Calibration,
  tensor: TensorAdapter,
  session: Session
): Promise<ReadonlyMap<string, Float64Array>> => (await calibratedOn(calibration, tensor, session)).metrics

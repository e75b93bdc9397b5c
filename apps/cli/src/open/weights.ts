import type { WeightsSource } from '@slimbed/core/artefact'
import { type Counts, countsFor, zipfWeights } from '@slimbed/io'
import { openCounts } from '@slimbed/io/node'
import { SlimbedError, type Vocabulary } from '@slimbed/runtime'
import { plainOf, vocabulary, vocabularyOf } from '@slimbed/runtime/format'
import type { Session } from '../session/session.js'
import { count } from '../show/text/units.js'

/** The importance of the rows of a table, and where it was taken from. */
export interface Weights {
  readonly source: WeightsSource
  /** Nothing when all rows weigh the same. */
  readonly values: Float32Array | undefined
  /** The table's words, with counts where they are known. */
  readonly vocabulary: Vocabulary | undefined
}

/** The words to save: with their counts where these weighed the rows, for later comparisons by count, and where they are wanted. */
export function wordsToSave({ source, vocabulary: words }: Weights, wanted: boolean): Vocabulary | undefined {
  if (!words?.counts || (source === 'counts' && wanted)) return words
  const { counts: _, ...others } = words
  return others
}

/** The path of a file of counts that `--weights` names, rather than a kind of weights. */
export const countsFile = (flag: string | undefined): string | undefined =>
  flag === 'zipf' || flag === 'uniform' ? undefined : flag

/** What is weighed: the rows of a table. */
export interface Weighed {
  readonly path: string
  readonly rows: number
  readonly vocabulary?: Vocabulary | undefined
}

/** The counts of a file for rows without words: they are taken in order, when there are as many. */
function inRowOrder(path: string, { path: input, rows }: Weighed, counts: Counts, session: Session): Weights {
  if (counts.size !== rows) {
    const found = `${input} has no words to find in it, and ${count(rows)} rows for its ${count(counts.size)} counts`
    throw new SlimbedError('bad-input', `--weights ${path}: ${found}; give them with --vocab`)
  }
  session.warn(`${input} has no words: those of ${path}, which are as many as the rows, are taken in their order`)
  const values = Float64Array.from(counts.values())
  return { source: 'counts', values: Float32Array.from(values), vocabulary: vocabularyOf(counts.keys(), values) }
}

async function fromFile(path: string, weighed: Weighed, session: Session): Promise<Weights> {
  const { path: input, vocabulary: words } = weighed
  const counts = await openCounts(path, { signal: session.signal })
  if (!words) return inRowOrder(path, weighed, counts, session)
  const { values, missing, smallest } = countsFor(words, counts)
  if (missing === words.size) {
    const message = `${path} has a count for none of the ${count(missing)} words of ${input}: is it for another table?`
    throw new SlimbedError('bad-input', `--weights ${message}`)
  }
  if (missing > 0) {
    const some = `${count(missing)} of ${count(words.size)} words have no count`
    session.warn(`${path}: ${some}; they get the smallest, ${smallest}`)
  }
  const { bytes, offsets } = plainOf(words)
  const vocabularyWithCounts = vocabulary({ bytes, offsets, counts: values })
  return { source: 'counts', values: Float32Array.from(values), vocabulary: vocabularyWithCounts }
}

/**
 * The weights that `--weights` asks for; without it the counts that came with the table, if any; without these Zipf's law when the
 * pipeline `wants` weights.
 *
 * Rejects with `bad-input` for counts of a table without words, or of none of its words, and as reading counts does.
 */
export async function weightsOf(
  flag: string | undefined,
  weighed: Weighed,
  wants: boolean,
  session: Session
): Promise<Weights> {
  const { vocabulary: words, rows } = weighed
  const path = countsFile(flag)
  if (path !== undefined) return fromFile(path, weighed, session)
  const counts = flag === undefined ? words?.counts : undefined
  if (counts) return { source: 'counts', values: Float32Array.from(counts), vocabulary: words }
  if (flag === 'zipf' || (flag === undefined && wants)) {
    if (flag === undefined) {
      const supposed = 'so it is supposed that rows are in order of frequency'
      session.warn(`${weighed.path} has no counts, ${supposed}; counts are better: --weights counts.tsv`)
    }
    return { source: 'zipf', values: zipfWeights(rows), vocabulary: words }
  }
  return { source: 'uniform', values: undefined, vocabulary: words }
}

import { SlimbedError, type Vocabulary, vocabulary } from '@slimbed/core'
import { countsFor, zipfWeights } from '@slimbed/io'
import { openCounts } from '@slimbed/io/node'
import type { Opened } from './open.js'
import type { Session } from './session.js'
import { count } from './text/units.js'

/** The importance of the rows of a table, and where it was taken from. */
export interface Weights {
  readonly source: 'counts' | 'zipf' | 'uniform'
  /** Nothing when all rows weigh the same. */
  readonly values: Float32Array | undefined
  /** The table's words, with counts where they are known. */
  readonly vocabulary: Vocabulary | undefined
}

/** The path of a file of counts that `--weights` names, rather than a kind of weights. */
export const countsFile = (flag: string | undefined): string | undefined =>
  flag === 'zipf' || flag === 'uniform' ? undefined : flag

async function fromFile(path: string, { path: input, vocabulary: words }: Opened, session: Session): Promise<Weights> {
  if (!words) {
    throw new SlimbedError(
      'bad-input',
      `--weights ${path}: ${input} has no words to find in it; give them with --vocab`
    )
  }
  const { values, missing, smallest } = countsFor(words, await openCounts(path, { signal: session.signal }))
  if (missing > 0) {
    const some = `${count(missing)} of ${count(words.size)} words have no count`
    session.warn(`${path}: ${some}; they get the smallest, ${smallest}`)
  }
  const { bytes, offsets } = words
  const vocabularyWithCounts = vocabulary({ bytes, offsets, counts: values })
  return { source: 'counts', values: Float32Array.from(values), vocabulary: vocabularyWithCounts }
}

/**
 * The weights that `--weights` asks for; without it the counts that came with the table, if any.
 *
 * Rejects with `bad-input` for counts of a table without words, and as reading counts does.
 */
export async function weightsOf(flag: string | undefined, opened: Opened, session: Session): Promise<Weights> {
  const { vocabulary: words, rows } = opened
  const path = countsFile(flag)
  if (path !== undefined) return fromFile(path, opened, session)
  if (flag === 'zipf') {
    session.warn('--weights zipf supposes that rows are in order of frequency; counts are better: --weights counts.tsv')
    return { source: 'zipf', values: zipfWeights(rows), vocabulary: words }
  }
  const counts = flag === 'uniform' ? undefined : words?.counts
  if (!counts) return { source: 'uniform', values: undefined, vocabulary: words }
  return { source: 'counts', values: Float32Array.from(counts), vocabulary: words }
}

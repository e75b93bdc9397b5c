import type { CompressOptions, Compressor } from '@slimbed/core'
import { compressPart, madeToJson, type RowRange } from '@slimbed/core/shards'
import type { Spread } from '@slimbed/core/tensor'
import { wordsBetween } from '@slimbed/io'
import { partName, type WrittenPart, writePart } from '@slimbed/io/node'
import type { Matrix } from '@slimbed/runtime'
import type { PlainVocabulary } from '@slimbed/runtime/format'

/** What the parts of a table are made from. */
export interface PartsJob {
  readonly matrix: Matrix
  readonly ranges: readonly RowRange[]
  readonly compressor: Compressor
  readonly words: PlainVocabulary | undefined
  readonly options: CompressOptions
  /** Where they are written: the `folder` of a place. */
  readonly folder: string
  /** By which a later run finds them. */
  readonly identity?: string | undefined
  /** Rejects where the input has changed meanwhile. */
  readonly verify: () => Promise<void>
  /** What is told of a part while it is made. */
  readonly shown?: (index: number) => Pick<CompressOptions, 'onProgress' | 'onWrite'>
  /** Called with the bytes of a part that have been sent. */
  readonly sent?: (done: number, total: number) => void
  /** Called with the parts that are done. */
  readonly progress?: (done: number, total: number) => void
}

/** Makes a part and writes it. */
async function makePart(job: PartsJob, index: number): Promise<WrittenPart> {
  const { matrix, ranges, compressor, words, options, folder, identity, verify, shown, sent } = job
  const range = ranges[index]
  const vocabulary = words && wordsBetween(words, [range.start, range.start + range.rows])
  return writePart(
    folder,
    partName(index, ranges.length),
    range.rows,
    async (sink, journal) => {
      if (journal) options.resumable?.begin(journal)
      const own = { ...options, ...shown?.(index), vocabulary, sink }
      const made = await compressPart(matrix, range, compressor, own)
      await verify()
      return { bytes: made.sizes.file, made: { report: madeToJson(made), sizes: { ...made.sizes } } }
    },
    { identity, signal: options.signal, progress: sent }
  )
}

/**
 * Makes the parts of a table, as one pass whose parts they are: each is made whole by whoever does it, and written where it belongs. Calls `visit`
 * with each, in order.
 */
export async function overParts(
  spread: Spread,
  job: PartsJob,
  visit: (index: number, written: WrittenPart) => void
): Promise<void> {
  const { ranges, progress } = job
  await spread.over<WrittenPart>({
    name: 'part',
    rows: ranges.length,
    step: 1,
    whole: true,
    given: [Float64Array.from(ranges, ({ start }) => start)],
    async part(start, count, emit) {
      for (let index = start; index < start + count; index++) await emit(index, await makePart(job, index))
      return new Float64Array()
    },
    merge: () => {},
    visit,
    progress
  })
}

import type { CompressOptions } from '@slimbed/core'
import { SlimbedError } from '@slimbed/core'
import { provenanceOf } from '@slimbed/core/artefact'
import { type Made, madeFrom, madeOf, rangesOf } from '@slimbed/core/shards'
import { alone, type Spread } from '@slimbed/core/tensor'
import { openShardsPlace, type WrittenPart } from '@slimbed/io/node'
import type { Pipeline } from '@slimbed/io/plugins'
import { isObject, type Matrix, type Sizes, type Vocabulary } from '@slimbed/runtime'
import { plainOf } from '@slimbed/runtime/format'
import type { Resuming } from '../open/resuming.js'
import type { Session } from '../session/session.js'
import type { Divide } from '../shards/divide.js'
import { overParts, type PartsJob } from '../shards/parts.js'
import { rowsPerPart } from '../shards/rows-per-part.js'

/** The size of a part unless another is asked for, in bytes. */
const usualBytes = 2e9

/** How parts are made. */
export interface ShardsRun {
  /** Bytes of a part, about; unless the usual ones. */
  readonly bytes: number | undefined
  readonly resume: Resuming | undefined
  /** Who makes them, if not this process. */
  readonly divide: Divide | undefined
  /** Rejects where the input has changed meanwhile. */
  readonly verify: () => Promise<void>
}

/** What parts come to together, as they told. */
function wholeOf(written: readonly WrittenPart[]): Made & { readonly sizes: Sizes } {
  const told = written.map(({ made: { report, sizes } }) => ({
    made: madeFrom(isObject(report) ? report : {}),
    sizes: isObject(sizes) ? sizes : {}
  }))
  const total = (of: keyof Sizes) => told.reduce((sum, { sizes }) => sum + Number(sizes[of]), 0)
  const sizes: Sizes = { file: total('file'), table: total('table'), vocabulary: total('vocabulary') }
  return { ...madeOf(told.map(({ made }) => made)), sizes }
}

/**
 * Compresses a table in shards: each part is compressed by itself, of the rows that take about as many bytes as are asked for with their words, and is an
 * artefact of its own. Here, or by workers that write the parts where they belong.
 */
export async function compressShards(
  matrix: Matrix,
  path: string,
  { compressor }: Pipeline,
  words: Vocabulary | undefined,
  { bytes = usualBytes, resume, divide, verify }: ShardsRun,
  options: CompressOptions,
  { progress, signal, warn }: Session
): Promise<Made & { readonly sizes: Sizes }> {
  if (options.extra) throw new SlimbedError('bad-option', 'n-grams are not written in parts: give the name of a file')
  if (matrix.rows === 0) throw new SlimbedError('bad-input', 'a table in shards needs rows')
  const { backend = '' } = options.tensor ?? {}
  const identity = divide?.identity ?? resume?.identityOn(backend)
  const place = await openShardsPlace(path, { identity, keep: resume !== undefined, signal })
  const plain = words && plainOf(words)
  const most = await rowsPerPart(bytes, matrix, compressor, plain, options)
  const ranges = rangesOf(matrix.rows, most)
  if (divide && ranges.length === 1) {
    warn('the table is one part, which one worker makes: a smaller --shard-size gives work to more')
  }
  const shown: PartsJob['shown'] = (index) => {
    const { rows } = ranges[index]
    const name = (stage: string) => `${index + 1}/${ranges.length} ${stage === 'measure' ? 'measuring' : stage}`
    return {
      onProgress: (stage, done, all) => progress.phase(name(stage), rows * matrix.dim * 4, undefined, rows)(done, all),
      onWrite: (done, all) => progress.phase(name('writing'), all)(done, all)
    }
  }
  const job: PartsJob = {
    ...{ matrix, ranges, compressor, words: plain, options, folder: place.folder, verify, shown },
    // Workers have a store for what is done.
    identity: divide ? undefined : identity,
    sent: (done, all) => progress.phase('sending', all)(done, all),
    ...(divide && { progress: (done, all) => progress.phase('parts', all)(done, all) })
  }
  const work = async (spread: Spread) => {
    const told = await place.begin()
    if (resume) warn(`--resume: ${told}`)
    const written: WrittenPart[] = []
    await overParts(spread, job, (index, part) => {
      written[index] = part
    })
    await verify()
    const whole = wholeOf(written)
    const { rows, dim } = matrix
    const parts = written.map(({ part }) => part)
    await place.finish({ rows, dim, parts, provenance: provenanceOf(whole, options.origin) })
    return whole
  }
  // Where a store cannot be reached, the error that came first tells more than that its parts cannot be removed.
  const fail = (error: unknown) => place.fail(error).catch(() => {})
  if (divide) return divide.over({ most, folder: place.folder }, () => fail(undefined), work)
  try {
    return await work(alone)
  } catch (error) {
    await fail(error)
    throw error
  }
}

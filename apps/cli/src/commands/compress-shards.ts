import { join } from 'node:path'
import { type Compression, type CompressOptions, SlimbedError } from '@slimbed/core'
import { provenanceOf } from '@slimbed/core/artefact'
import { compressionOf, compressPart, type RowRange, rangesOf } from '@slimbed/core/shards'
import { wordsBetween } from '@slimbed/io'
import { shardOf, writeAtomically, writeShards } from '@slimbed/io/node'
import type { Pipeline } from '@slimbed/io/plugins'
import type { Matrix, Sizes, Vocabulary } from '@slimbed/runtime'
import { type PlainVocabulary, plainOf } from '@slimbed/runtime/format'
import type { ShardPart } from '@slimbed/runtime/shards'
import type { Session } from '../session/session.js'

/** The size of a part unless another is asked for, in bytes. */
const usualBytes = 2e9
/** Rows that are compressed first, to see what a row takes. */
const trialRows = 32_768

/** How many rows make a part of about so many bytes. */
async function rowsFor(
  bytes: number,
  matrix: Matrix,
  { compressor }: Pipeline,
  words: PlainVocabulary | undefined,
  options: CompressOptions
): Promise<number> {
  const rows = Math.min(trialRows, matrix.rows)
  const start = Math.floor((matrix.rows - rows) / 2)
  const sink = { write: async () => {} }
  const vocabulary = words && wordsBetween(words, [start, start + rows])
  const { sizes } = await compressPart(matrix, { start, rows }, compressor, { ...options, sink, vocabulary })
  return Math.max(1, Math.floor((bytes * rows) / sizes.file))
}

const nameOf = (index: number, count: number) => {
  const [number, all] = [index + 1, count].map((value) => String(value).padStart(5, '0'))
  return `part-${number}-of-${all}.safetensors`
}

/**
 * Compresses a table in shards: each part is compressed by itself, of the rows that take about `shardBytes` with their words, and is an artefact of its own.
 */
export async function compressShards(
  matrix: Matrix,
  path: string,
  pipeline: Pipeline,
  words: Vocabulary | undefined,
  shardBytes: number | undefined,
  options: CompressOptions,
  { progress }: Session,
  verify: () => Promise<void>
): Promise<Compression & { readonly sizes: Sizes }> {
  if (options.extra) throw new SlimbedError('bad-option', 'n-grams are not written in parts: give the name of a file')
  if (matrix.rows === 0) throw new SlimbedError('bad-input', 'a table in shards needs rows')
  const plain = words && plainOf(words)
  const most = await rowsFor(shardBytes ?? usualBytes, matrix, pipeline, plain, options)
  const ranges = rangesOf(matrix.rows, most)
  return writeShards(path, async (folder) => {
    const made: (Compression & { readonly sizes: Sizes })[] = []
    const parts: ShardPart[] = []
    for (const [index, range] of ranges.entries()) {
      const own = { ...options, vocabulary: plain && wordsBetween(plain, endsOf(range)), ...shown(index, range) }
      const name = join(folder, nameOf(index, ranges.length))
      made.push(
        await writeAtomically(name, (sink) => compressPart(matrix, range, pipeline.compressor, { ...own, sink }))
      )
      parts.push(await shardOf(name, range.rows))
    }
    await verify()
    const whole = compressionOf(made)
    const total = (of: keyof Sizes) => made.reduce((sum, { sizes }) => sum + sizes[of], 0)
    const sizes: Sizes = { file: total('file'), table: total('table'), vocabulary: total('vocabulary') }
    const provenance = provenanceOf(whole, options.origin)
    return { manifest: { rows: matrix.rows, dim: matrix.dim, parts, provenance }, result: { ...whole, sizes } }
  })

  function shown(index: number, { rows }: RowRange): Pick<CompressOptions, 'onProgress' | 'onWrite'> {
    const name = (stage: string) => `${index + 1}/${ranges.length} ${stage === 'measure' ? 'measuring' : stage}`
    return {
      onProgress: (stage, done, all) => progress.phase(name(stage), rows * matrix.dim * 4, undefined, rows)(done, all),
      onWrite: (done, all) => progress.phase(name('writing'), all)(done, all)
    }
  }
}

const endsOf = ({ start, rows }: RowRange): [number, number] => [start, start + rows]

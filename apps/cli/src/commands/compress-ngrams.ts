import { compress, save, type TensorAdapter } from '@slimbed/core'
import { provenanceOf, type WeightsSource } from '@slimbed/core/artefact'
import type { Pipeline } from '@slimbed/io/plugins'
import { type Extra, SlimbedError } from '@slimbed/runtime'
import type { CompressFlags } from '../flags/compress.js'
import type { Opened } from '../open/table.js'
import type { Session } from '../session/session.js'
import type { NgramReport } from '../show/compression.js'

const bytesTensor = (data: Uint8Array) => ({ dtype: 'U8', shape: [data.length], data }) as const

/**
 * Runs the pipeline on the rows of n-grams of a fastText model, as a table of its own for the `extra` of the file. Undefined where there are none to
 * keep. Rejects with `bad-option` for `--subwords` beside another input.
 */
export async function compressNgrams(
  { path, model }: Opened,
  { subwords, seed }: CompressFlags,
  { compressor, versions }: Pipeline,
  source: WeightsSource,
  tensor: TensorAdapter,
  { signal, progress }: Session
): Promise<{ readonly extra: Extra; readonly report: NgramReport } | undefined> {
  if (!model) {
    if (subwords === undefined || subwords === 'none') return undefined
    throw new SlimbedError('bad-option', `--subwords ${subwords}: ${path} is no fastText model, which has n-grams`)
  }
  if (subwords === 'none') return undefined
  const { ngramRows } = await import('@slimbed/fasttext')
  const found = ngramRows(model, subwords ?? (model.args.model === 'supervised' ? 'all' : 'used'))
  if (!found) return undefined
  const { matrix, counts, buckets, config } = found
  const size = matrix.rows * matrix.dim * 4
  const made = await compress(matrix, compressor, {
    seed,
    tensor,
    weights: source === 'counts' ? Float32Array.from(counts) : undefined,
    signal,
    onProgress: (stage, done, total) => progress.phase(`${stage} of n-grams`, size)(done, total)
  })
  const file = await save({ table: made.table, provenance: provenanceOf(made, { versions, weights: source }) })
  return {
    extra: { config, tensors: { table: bytesTensor(file), ...(buckets && { buckets: bytesTensor(buckets) }) } },
    report: {
      rows: matrix.rows,
      bytes: file.length + (buckets?.length ?? 0),
      relativeError: made.measured.relativeError
    }
  }
}

import { type CompressOptions, compress, type Sink, type TensorAdapter } from '@slimbed/core'
import type { Made } from '@slimbed/core/shards'
import { writeAtomically, writeResumably } from '@slimbed/io/node'
import type { Pipeline } from '@slimbed/io/plugins'
import type { Extra, Matrix, Sizes, Vocabulary } from '@slimbed/runtime'
import type { Resuming } from '../open/resuming.js'
import type { Shards } from '../open/shards-output.js'
import type { Weights } from '../open/weights.js'
import type { Session } from '../session/session.js'
import type { Divide } from '../shards/divide.js'

/** Runs the pipeline on the input and writes the result to `path` as it is computed. Shows progress under the name of each stage. */
export async function compressTo(
  matrix: Matrix,
  path: string,
  pipeline: Pipeline,
  tensor: TensorAdapter,
  weights: Weights,
  words: Vocabulary | undefined,
  metric: Float64Array | undefined,
  extra: Extra | undefined,
  seed: number,
  session: Session,
  onComputed: () => void,
  verify: () => Promise<void>,
  resume: Resuming | undefined,
  shards: Shards | undefined,
  divide: Divide | undefined
): Promise<Made & { readonly sizes: Sizes }> {
  const { compressor, versions } = pipeline
  const { signal, progress, warn } = session
  const size = matrix.rows * matrix.dim * 4
  const options: CompressOptions = {
    seed,
    tensor,
    resumable: resume?.resumable,
    weights: weights.values,
    metric,
    extra,
    origin: { versions, weights: weights.source, calibrated: metric !== undefined },
    signal,
    onProgress: (stage, done, total) =>
      progress.phase(stage === 'measure' ? 'measuring' : stage, size, undefined, matrix.rows)(done, total),
    onWrite: (done, total) => {
      onComputed()
      progress.phase('writing', total)(done, total)
    }
  }
  if (shards) {
    const { compressShards } = await import('./compress-shards.js')
    const run = { bytes: shards.bytes, resume, divide, verify }
    return compressShards(matrix, path, pipeline, words, run, options, session)
  }
  const produce = async (sink: Sink) => {
    const made = await compress(matrix, compressor, { ...options, sink, vocabulary: words })
    await verify()
    return made
  }
  if (resume) {
    return writeResumably(
      path,
      resume.identityOn(tensor.backend),
      (sink, journal) => {
        resume.resumable.begin(journal)
        return produce(sink)
      },
      (line) => warn(`--resume: ${line}`)
    )
  }
  return writeAtomically(path, produce, {
    signal,
    progress: (done, total) => progress.phase('sending', total)(done, total)
  })
}

import type { Extra, JsonObject, Sizes, Vocabulary } from '@slimbed/runtime'
import { type Begun, beginSave, type Sink } from '../artefact/save.js'
import type { Matrix } from '../matrix/matrix.js'
import { bandEdges } from '../measure/bands.js'
import type { Compressor } from '../plugin/compressor.js'
import { createTensor } from '../tensor/create.js'
import { type Compression, type CompressOptions, run } from './compress.js'

/** What `compressTo` is told besides what `compress` may be. */
export interface CompressToOptions extends CompressOptions {
  readonly vocabulary?: Vocabulary | undefined
  /** What readers of tables pass by, such as a classifier. */
  readonly extra?: Extra | undefined
  /**
   * What the file says of how it was made. Asked twice: first with stand-ins for the figures of the last stage, the longest there
   * are, so that its room is known; the second may not be longer.
   */
  provenanceOf(made: Compression): JsonObject
  /** Called with the bytes written so far, once all is computed. */
  readonly onWrite?: ((done: number, total: number) => void) | undefined
}

/** The number that takes the most characters. */
const longest = -2.2250738585072014e-308

/** The same with every figure that is yet to be measured as long as it may become. */
function withStandIns(made: Compression): Compression {
  const { rows, weightedError } = made.measured
  const distortion = { rows, relativeError: longest, meanCosine: longest }
  return {
    ...made,
    stages: [...made.stages.slice(0, -1), { ...made.stages.at(-1)!, relativeError: longest }],
    measured: {
      ...made.measured,
      ...distortion,
      ...(weightedError !== undefined && { weightedError: longest }),
      maxError: longest,
      bands: bandEdges(rows).map(() => distortion)
    }
  }
}

/**
 * `compress`, and `saveTo` of what comes of it: the factors or codes of the last stage go to the sink as they are computed, and are
 * not held in memory, where each is computed in the pass that measures the table. The same input gives the same bytes.
 *
 * Where `options.tensor` is not given, rows and codes of `made.table` that were written as they came cannot be read any more.
 * Rejects as those two do, and with `bad-input` for a provenance that became longer; the sink may have been written to.
 */
export async function compressTo(
  matrix: Matrix,
  compressor: Compressor,
  sink: Sink,
  options: CompressToOptions
): Promise<{ readonly made: Compression; readonly sizes: Sizes }> {
  const { tensor, vocabulary, extra, signal, onWrite: progress } = options
  if (!tensor) {
    const own = await createTensor()
    return compressTo(matrix, compressor, sink, { ...options, tensor: own }).finally(() => own.close())
  }
  const contentsOf = (made: Compression) => {
    return { table: made.table, vocabulary, extra, provenance: options.provenanceOf(made) }
  }
  let begun: Begun | undefined
  const made = await run(matrix, compressor, tensor, options, (unmeasured) => {
    begun = beginSave(contentsOf(withStandIns(unmeasured)), sink)
    return begun.keep
  })
  begun ??= beginSave(contentsOf(made), sink)
  return { made, sizes: await begun.finish(contentsOf(made), { signal, ...(progress && { progress }) }) }
}

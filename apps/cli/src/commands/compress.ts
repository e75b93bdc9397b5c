import { type Compression, type Compressor, compress, createTensor, saveTo, type TensorAdapter } from '@slimbed/core'
import { writeAtomically } from '@slimbed/io/node'
import { closing } from '../closing.js'
import type { ComputeFlags, JsonFlag } from '../flags.js'
import { matrixOfOpened, type Opened, openTable, type Reading } from '../open.js'
import { checkInputs, checkOutput } from '../paths.js'
import { type Pipeline, pipelineOf } from '../plugins/pipeline.js'
import { provenanceOf } from '../provenance.js'
import { createReport, showReport } from '../report.js'
import { print, printJson, type Session } from '../session.js'
import { stopwatch } from '../stopwatch.js'
import { countsFile, type Weights, weightsOf } from '../weights.js'

/** The flags of `slimbed compress`. */
export interface CompressFlags extends Reading, ComputeFlags, JsonFlag {
  readonly output: string
  readonly pipeline: string
  readonly weights?: string
  readonly seed: number
  readonly plugin: readonly string[]
}

/** The pipeline on the input, with progress by the name of the stage. */
async function run(
  input: Opened,
  compressor: Compressor,
  tensor: TensorAdapter,
  { values }: Weights,
  seed: number,
  { signal, progress }: Session
): Promise<Compression> {
  const size = input.rows * input.dim * 4
  return compress(await matrixOfOpened(input, tensor), compressor, {
    seed,
    tensor,
    weights: values,
    signal,
    onProgress: (stage, done, total) => progress.phase(stage === 'measure' ? 'measuring' : stage, size)(done, total)
  })
}

async function write(
  path: string,
  made: Compression,
  { versions }: Pipeline,
  weights: Weights,
  { signal, progress }: Session
) {
  const provenance = provenanceOf(made, versions, weights)
  const { table } = made
  return writeAtomically(path, (sink) =>
    saveTo({ table, vocabulary: weights.vocabulary, provenance }, sink, {
      signal,
      progress: (done, total) => progress.phase('writing', total)(done, total)
    })
  )
}

/** Makes a smaller table of the one in `path` and writes it: `slimbed compress`. */
export async function compressCommand(path: string, flags: CompressFlags, session: Session): Promise<void> {
  const { output } = flags
  const sinceStart = stopwatch()
  const pipeline = await pipelineOf(flags.pipeline, flags.plugin)
  const others = [flags.vocab, countsFile(flags.weights)]
  await checkInputs([path, ...others])
  await checkOutput(output, [path, ...others])
  await closing(createTensor(flags), (tensor) => {
    const lap = stopwatch()
    return closing(openTable(path, flags, session), async (input) => {
      if (input.format === 'slimbed') {
        session.warn(`${path} is compressed already; errors are measured against it, not against what it was made from`)
      }
      const weights = await weightsOf(flags.weights, input, session)
      const read = lap()
      const made = await run(input, pipeline.compressor, tensor, weights, flags.seed, session)
      const compressing = lap()
      const sizes = await write(output, made, pipeline, weights, session)
      const seconds = { read, compress: compressing, write: lap(), total: sinceStart() }
      session.progress.clear()
      const report = createReport(input, output, made, sizes, seconds)
      await (flags.json ? printJson(report) : print(showReport(report, flags.pipeline, weights.source !== 'uniform')))
    })
  })
}

import type { TensorAdapter } from '@slimbed/core'
import { writeAtomically } from '@slimbed/io/node'
import { installedCompressors } from '@slimbed/io/plugins'
import { type Plan, type PlanOptions, plan } from '@slimbed/plan'
import { SlimbedError } from '@slimbed/runtime'
import { askedOf, isAsked, isOfModel } from '../flags/asked.js'
import type { CompressFlags } from '../flags/compress.js'
import { closing } from '../open/closing.js'
import { places } from '../open/places.js'
import { type RowsToPlan, rowsToPlan } from '../open/rows-to-plan.js'
import { type Opened, openTable } from '../open/table.js'
import { openTensor } from '../open/tensor.js'
import { wordsToSave } from '../open/weights.js'
import { print, printJson, type Session } from '../session/session.js'
import { stopwatch } from '../session/stopwatch.js'
import { createReport, showReport } from '../show/compression.js'
import { planReport, showPlan } from '../show/planned.js'

/** What the flags ask for. */
function asked(flags: CompressFlags): PlanOptions {
  const { measure } = flags
  if (measure !== undefined && !isAsked(flags)) {
    throw new SlimbedError(
      'bad-option',
      `--measure ${measure} says what is to be least at a size: give --target or --ratio`
    )
  }
  return { ...askedOf(flags), measure: isOfModel(measure) ? undefined : measure }
}

/** Refuses what a pipeline is not looked for yet. */
function refuse(path: string, { calibrate, subwords, measure, maxPerplexity }: CompressFlags, input?: Opened): void {
  const give = 'give a pipeline by -p'
  const asks = maxPerplexity === undefined ? isOfModel(measure) && `--measure ${measure}` : '--max-perplexity'
  if (asks) {
    const model = 'the embedding and the softmax of a language model, by --tensor and without --alone'
    throw new SlimbedError('bad-option', `${asks} is for ${model}`)
  }
  if (calibrate !== undefined)
    throw new SlimbedError('bad-option', `--calibrate: no pipeline is looked for by it: ${give}`)
  if (!input?.model && subwords !== undefined && subwords !== 'none') {
    throw new SlimbedError('bad-option', `--subwords ${subwords}: ${path} is no fastText model, which has n-grams`)
  }
  if (input?.model && subwords !== 'none') {
    throw new SlimbedError(
      'bad-option',
      `${path} is a fastText model: ${give}, or leave its n-grams out by --subwords none`
    )
  }
}

/** Looks for a pipeline, and says what is tried. */
async function planned(
  { matrix, weights, optionsFor }: RowsToPlan,
  flags: CompressFlags,
  tensor: TensorAdapter,
  session: Session
): Promise<Plan> {
  const { seed, counts, plugin } = flags
  const { signal, progress } = session
  const { compressors, problems } = await installedCompressors(plugin, places)
  problems.forEach(session.warn)
  const size = matrix.rows * matrix.dim * 4
  const onProgress = (stage: string, done: number, total: number) =>
    progress.phase(stage === 'measure' ? 'measuring' : stage, size)(done, total)
  let tried = 0
  const made = await plan(matrix, compressors, {
    ...asked(flags),
    weights: weights.values,
    vocabulary: wordsToSave(weights, counts),
    seed,
    tensor,
    signal,
    optionsFor: async (compressor) => ({ ...(await optionsFor(compressor)), onProgress }),
    onTrial: () => progress.phase('trying', 1, () => `${++tried} pipelines`)(0, 1)
  })
  for (const { pipeline, problem } of made.failures) session.warn(`${pipeline}: left out: ${problem}`)
  return made
}

/** `slimbed compress` without a pipeline: looks for one, and writes what it makes. */
export async function compressPlanned(path: string, flags: CompressFlags, session: Session): Promise<void> {
  const { output, dryRun } = flags
  const sinceStart = stopwatch()
  refuse(path, flags)
  asked(flags)
  const { tensor: names, ...reading } = flags
  const one = names.length === 1 ? { ...reading, tensor: names[0] } : reading
  await closing(openTensor({ ...flags, eager: true }), (tensor) => {
    const lap = stopwatch()
    return closing(openTable(path, one, session), async (input) => {
      refuse(path, flags, input)
      if (input.format === 'slimbed') {
        session.warn(`${path} is compressed already; errors are measured against it, not against what it was made from`)
      }
      const rows = await rowsToPlan(path, input, flags, tensor, session)
      const read = lap()
      const found = await planned(rows, flags, tensor, session)
      const compressing = lap()
      const { chosen } = found
      const report = planReport(found, input)
      if (dryRun || output === undefined) {
        session.progress.clear()
        return flags.json ? printJson({ plan: report }) : print(showPlan(report))
      }
      await writeAtomically(output, (sink) => sink.write(chosen.file, 0), { signal: session.signal })
      const seconds = { read, compress: compressing, write: lap(), total: sinceStart() }
      session.progress.clear()
      const written = createReport(input, output, chosen.made, chosen.made.sizes, seconds)
      const { source } = await rows.weightsFor(chosen.compressor)
      const text = () => `${showPlan(report)}\n\n${showReport(written, chosen.spec, source !== 'uniform')}`
      await (flags.json ? printJson({ ...written, plan: report }, output) : print(text(), output))
    })
  })
}

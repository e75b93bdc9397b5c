import { join } from 'node:path'
import { SlimbedError } from '@slimbed/core'
import { saveModelTo } from '@slimbed/core/artefact'
import { writeAtomically } from '@slimbed/io/node'
import { pipelineOf } from '@slimbed/io/plugins'
import {
  type LanguageModel,
  modelToSave,
  perplexity,
  provenanceOfRetraining,
  type RetrainHooks,
  retrainLanguageModel
} from '@slimbed/lm'
import type { RetrainFlags } from '../flags/retrain.js'
import { closing } from '../open/closing.js'
import { modelPath, openLanguageModel } from '../open/language-model.js'
import { checkArtefactOutput, checkInputs, pluginFiles } from '../open/paths.js'
import { places } from '../open/places.js'
import { openTensor } from '../open/tensor.js'
import { readTokens } from '../open/tokens.js'
import { evalContext } from '../session/eval-context.js'
import { print, printJson, type Session } from '../session/session.js'
import { stopwatch } from '../session/stopwatch.js'
import { type RetrainingReport, reportOf, showRetraining } from '../show/retraining.js'

/** Shows the progress of training. */
function hooksOf({ signal, progress }: Session): RetrainHooks {
  let note = ''
  return {
    signal,
    onStep: (done, steps) => progress.phase('training', steps, () => note)(done, steps),
    onReport({ validation, rate, best }) {
      note = `validation ${validation.toFixed(2)}${best ? '' : ', no better'}  rate ${rate.toExponential(1)}`
    }
  }
}

/** Trains a compressed language model further and writes it: `slimbed retrain`. */
export async function retrainCommand(path: string, flags: RetrainFlags, session: Session): Promise<void> {
  const { lm, text, valid, output, quantize: spec, freezeLayers = false, distillation } = flags
  const sinceStart = stopwatch()
  const quantize = spec === undefined ? undefined : await pipelineOf(spec, flags.plugin, places)
  const inputs = [path, modelPath(lm, {}), join(lm, 'counts.tsv'), text, valid]
  await checkInputs(inputs, session)
  await checkArtefactOutput(output, [...inputs, ...(await pluginFiles(flags.plugin))])
  const opened = await openLanguageModel(lm, { model: path }, session)
  const read = async (from: string) => {
    const tokens = await readTokens(from, opened.words, session)
    if (tokens.length > 1) return tokens
    throw new SlimbedError('bad-input', `${from}: expected two tokens or more, there are ${tokens.length}`)
  }
  const [train, checked] = [await read(text), await read(valid)]
  const teacher = distillation > 0 ? (await openLanguageModel(lm, {}, session)).model : undefined
  await closing(openTensor(flags), async (tensor) => {
    const context = evalContext(tensor, flags.seed, session)
    const validate = async (model: LanguageModel) => (await perplexity(model, checked, context)).perplexity
    const { steps, streams, length, rate, optimizer, every, dropout, wordDropout, seed } = flags
    const options = { steps, streams, length, rate, optimizer, every, dropout, wordDropout, distillation, seed }
    const all = { ...options, layers: !freezeLayers, teacher, quantize: quantize?.compressor }
    const { model, reports } = await retrainLanguageModel(
      opened.model,
      { train, validate },
      all,
      tensor,
      hooksOf(session)
    )
    const facts = { ...options, layers: !freezeLayers, backend: tensor.backend }
    const provenance = provenanceOfRetraining(opened.file.provenance, facts, quantize)
    const saved = { ...modelToSave(model, opened.file), provenance }
    const { signal } = session
    const sizes = await writeAtomically(output, (sink) => saveModelTo(saved, sink, { signal }), { signal })
    session.progress.clear()
    const report: RetrainingReport = {
      ...reportOf(path, opened.model, output, model, sizes, reports),
      ...{ seed, backend: tensor.backend, threads: tensor.threads, seconds: sinceStart() },
      peakMemoryBytes: process.resourceUsage().maxRSS * 1024
    }
    await (flags.json ? printJson(report, output) : print(showRetraining(report), output))
  })
}

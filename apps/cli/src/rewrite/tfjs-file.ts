import { dirname, join } from 'node:path'
import { usesWeights } from '@slimbed/core/plugins'
import { pipelineOf } from '@slimbed/io/plugins'
import { isLayersModel, rewriteTfjs, type TfjsTableReport, tfjsTables } from '@slimbed/tfjs'
import type { AskedFlags } from '../flags/asked.js'
import { closing } from '../open/closing.js'
import { naming } from '../open/naming.js'
import { checkInputs, checkOutput, pluginFiles } from '../open/paths.js'
import { places } from '../open/places.js'
import { matches } from '../open/select-tensors.js'
import { openTensor } from '../open/tensor.js'
import { countsFile, weightsOf } from '../open/weights.js'
import { print, printJson, type Session } from '../session/session.js'
import { stopwatch } from '../session/stopwatch.js'
import { type RewriteReport, type RewrittenTable, showRewriting } from '../show/rewriting.js'
import { checkAsked, findPipeline } from './find-pipeline.js'
import type { ModelContents, RewriteFlags } from './format.js'
import { modelFile, openTfjs, shardNameOf, tfjsPaths, writeTfjs } from './tfjs-folder.js'

/** The flags of `slimbed rewrite` for TF.js. */
export interface TfjsFlags extends RewriteFlags, AskedFlags {
  readonly pipeline?: string
  readonly tensor: readonly string[]
  readonly weights?: string
  readonly plugin: readonly string[]
}

/** What is in a model: its tables. */
export async function describeTfjs(path: string): Promise<ModelContents> {
  const file = await modelFile(path)
  const input = await openTfjs(file)
  const tables = await naming(file, () => tfjsTables(input))
  return {
    bytes: input.bytes(),
    facts: [isLayersModel(input.json) ? 'TF.js layers model' : 'TF.js graph model'],
    tensors: tables.map(({ name, rows, dim, stored, bytes }) => ({ name, shape: [rows, dim], type: stored, bytes }))
  }
}

/** The names of the tables that patterns mean, for which the model is read; a pattern that fits none is left for its error. */
async function tablesNamed(path: string, patterns: readonly string[]): Promise<readonly string[]> {
  if (patterns.length === 0) return []
  const names = await naming(path, async () => (await tfjsTables(await openTfjs(path))).map(({ name }) => name))
  const lost = patterns.filter((pattern) => !names.some((name) => matches(pattern, name)))
  return [...lost, ...names.filter((name) => patterns.some((pattern) => matches(pattern, name)))]
}

function tableOf({ name, rows, dim, stored, bytes, measured, pipeline }: TfjsTableReport): RewrittenTable {
  const { relativeError, weightedError, meanCosine } = measured
  const sizes = { from: stored, to: pipeline, bytesBefore: bytes.before, bytes: bytes.after }
  return { name, rows, dim, ...sizes, relativeError, weightedError, meanCosine }
}

/** `slimbed rewrite` of a graph model of TF.js, or of its folder. */
export async function rewriteTfjsModel(path: string, flags: TfjsFlags, session: Session): Promise<void> {
  const { output, pipeline: spec, weights: flag } = flags
  checkAsked(flags)
  const sinceStart = stopwatch()
  const others = [countsFile(flag), ...(await pluginFiles(flags.plugin))]
  await checkInputs(others, session)
  const paths = await tfjsPaths(path, output, others)
  const given = spec === undefined ? undefined : (await pipelineOf(spec, flags.plugin, places)).compressor
  await closing(openTensor(flags), async (tensor) => {
    const { input } = paths
    const tables = await tablesNamed(input, flags.tensor)
    const model = await openTfjs(input)
    const made = await naming(input, () =>
      rewriteTfjs(model, {
        ...{ tensor, tables, shardName: shardNameOf(paths) },
        pipeline: given ?? ((table) => findPipeline(table, { flags, tensor, session, modelBytes: model.bytes })),
        weights: async ({ rows }) =>
          (await weightsOf(flag, { path: input, rows }, given !== undefined && usesWeights(given), session)).values,
        signal: session.signal,
        onProgress: (stage, done, total) => session.progress.phase(stage, total)(done, total)
      })
    )
    // Their number is known only now.
    if (paths.folder === undefined)
      for (const { name } of made.shards)
        await checkOutput(join(dirname(paths.output), name), model.files, `-o ${output}`)
    const bytes = await writeTfjs(paths, made, session)
    session.progress.clear()
    const report: RewriteReport = {
      input: { path: input, format: 'tfjs', bytes: model.bytes() },
      output: { path: paths.output, bytes },
      ratio: model.bytes() / bytes,
      tables: made.tables.map(tableOf),
      verified: `every row of the tables was looked up in TensorFlow.js ${made.version} (cpu) by what is written`,
      ...{ backend: tensor.backend, threads: tensor.threads },
      seconds: { total: sinceStart() },
      peakMemoryBytes: process.resourceUsage().maxRSS * 1024
    }
    await (flags.json ? printJson(report, output) : print(showRewriting(report), output))
  })
}

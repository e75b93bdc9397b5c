import { SlimbedError } from '@slimbed/core'
import { usesWeights } from '@slimbed/core/plugins'
import { locatePackage, pipelineOf } from '@slimbed/io/plugins'
import { findOrt, onnxTables, type Rewritten, rewriteOnnx, type TableReport } from '@slimbed/onnx'
import { type AskedFlags, isAsked } from '../flags/asked.js'
import { closing } from '../open/closing.js'
import { checkInputs, pluginFiles } from '../open/paths.js'
import { places } from '../open/places.js'
import { matches } from '../open/select-tensors.js'
import { openTensor } from '../open/tensor.js'
import { countsFile, weightsOf } from '../open/weights.js'
import { print, printJson, type Session } from '../session/session.js'
import { stopwatch } from '../session/stopwatch.js'
import { type RewriteReport, type RewrittenTable, showRewriting } from '../show/rewriting.js'
import { checkAsked, findPipeline } from './find-pipeline.js'
import type { RewriteFlags } from './format.js'
import { checkModel } from './onnx-check.js'
import { type OpenedOnnx, openOnnx } from './onnx-input.js'
import type { PlacedOrt } from './onnx-loaded.js'
import { dataNameOf, onnxPaths, writeOnnx } from './onnx-output.js'
import { tokensBeside } from './onnx-words.js'

/** The flags of `slimbed rewrite` for ONNX. */
export interface OnnxFlags extends RewriteFlags, AskedFlags {
  readonly pipeline?: string
  readonly tensor: readonly string[]
  readonly weights?: string
  readonly plugin: readonly string[]
  readonly table?: string
  readonly untrap?: boolean
  readonly contrib?: boolean
  readonly suffix?: string
  readonly check?: string
}

/** The names of the tables that patterns mean; a pattern that fits none is left for its error. */
function chosen(bytes: Uint8Array, patterns: readonly string[]): string[] {
  const names = onnxTables(bytes).map(({ name }) => name)
  const lost = patterns.filter((pattern) => !names.some((name) => matches(pattern, name)))
  return [...lost, ...names.filter((name) => patterns.some((pattern) => matches(pattern, name)))]
}

const forms = { plain: 'float', codes: 'codes', expanded: 'computed' } as const

function tableOf({
  name,
  rows,
  dim,
  form,
  bytes,
  measured,
  table,
  pipeline = table.kind
}: TableReport): RewrittenTable {
  const errors = measured ?? { relativeError: 0, weightedError: undefined, meanCosine: 1 }
  const { relativeError, weightedError, meanCosine } = errors
  const common = { name, rows, dim, from: forms[form], bytesBefore: bytes.before, bytes: bytes.after }
  return { ...common, to: pipeline, relativeError, weightedError, meanCosine }
}

/** How a model was verified, in a line. */
function verifiedOf({ tables }: Rewritten): string {
  const runtime = tables[0]?.verified.runtime?.name
  const rows = 'every row of the tables was looked up in what is written'
  return runtime ? `${rows}, and in ${runtime}` : `${rows}; not in onnxruntime-node, which is not installed`
}

/** Bytes of a model and of its other files that were opened. */
const modelBytes = ({ bytes, outsideBytes }: OpenedOnnx): number => bytes.length + outsideBytes()

/** Runs the whole model before and after. Rejects with `unsupported` for one in several files. */
function checkMade(path: string, file: string, { bytes }: OpenedOnnx, made: Rewritten, runtime: PlacedOrt) {
  const { model, data, tables } = made
  if (data) throw new SlimbedError('unsupported', `--check: ${path} has its tensors in another file: leave it out`)
  const head = tables.find(({ heads }) => heads > 0)
  return checkModel(path, file, bytes, Buffer.concat(model), runtime, head?.rows)
}

/** `slimbed rewrite` of an ONNX model, or of a folder as transformers.js loads it. */
export async function rewriteOnnxModel(path: string, flags: OnnxFlags, session: Session): Promise<void> {
  const { output, pipeline: spec, weights: flag, untrap = false, contrib = false, table: original, check } = flags
  checkAsked(flags)
  const sinceStart = stopwatch()
  const others = [countsFile(flag), original, check, ...(await pluginFiles(flags.plugin))]
  await checkInputs(others, session)
  const paths = await onnxPaths(path, output, flags.suffix, others)
  const { input } = paths
  const given = spec === undefined ? undefined : (await pipelineOf(spec, flags.plugin, places)).compressor
  const looks = isAsked(flags) || !(given || untrap)
  const place = locatePackage('onnxruntime-node', [places.program, places.here])
  const found = place === undefined ? undefined : await findOrt(place)
  const runtime = found && place !== undefined ? { ...found, place } : undefined
  if (check !== undefined && !runtime) {
    const install = 'npm install --ignore-scripts onnxruntime-node'
    throw new SlimbedError('missing-package', `--check needs onnxruntime-node, which is not installed: ${install}`)
  }
  await closing(openOnnx(input), (model) =>
    closing(openOnnx(original ?? input), (float) =>
      closing(openTensor(flags), async (tensor) => {
        const made = await rewriteOnnx(model, {
          ...{ untrap, contrib, tensor, tables: chosen(model.bytes, flags.tensor) },
          pipeline: looks
            ? (table) => findPipeline(table, { flags, tensor, session, modelBytes: () => modelBytes(model) })
            : given,
          original: original === undefined ? undefined : float,
          weights: async ({ rows }) => {
            if (!given && !looks) return undefined
            const vocabulary = await tokensBeside(input, rows)
            const wanted = given !== undefined && usesWeights(given)
            return (await weightsOf(flag, { path: input, rows, vocabulary }, wanted, session)).values
          },
          runtime,
          dataName: dataNameOf(paths),
          signal: session.signal,
          onProgress: (stage, done, total) => session.progress.phase(stage, total)(done, total)
        })
        const checked = check !== undefined && runtime && (await checkMade(input, check, model, made, runtime))
        const bytes = await writeOnnx(paths, made, session)
        session.progress.clear()
        const before = modelBytes(model)
        const report: RewriteReport = {
          input: { path: input, format: 'onnx', bytes: before },
          output: { path: paths.output, bytes },
          ratio: before / bytes,
          tables: made.tables.map(tableOf),
          verified: verifiedOf(made),
          ...(checked && { check: checked }),
          ...{ backend: tensor.backend, threads: tensor.threads },
          seconds: { total: sinceStart() },
          peakMemoryBytes: process.resourceUsage().maxRSS * 1024
        }
        await (flags.json ? printJson(report, output) : print(showRewriting(report), output))
      })
    )
  )
}

import { resolve } from 'node:path'
import type { Program, RunRecord } from '@slimbed/cluster'
import { compress, SlimbedError } from '@slimbed/core'
import { type Backend, backends } from '@slimbed/core/backends'
import { usesWeights } from '@slimbed/core/plugins'
import { rangesOf } from '@slimbed/core/shards'
import { type InputFile, inputFile, inputFiles, isRemote, partName, removeParts } from '@slimbed/io/node'
import { pipelineOf } from '@slimbed/io/plugins'
import { plainOf } from '@slimbed/runtime/format'
import type { CompressFlags } from '../flags/compress.js'
import { closing } from '../open/closing.js'
import { places } from '../open/places.js'
import { matrixOfOpened, openTable } from '../open/table.js'
import { openTensor } from '../open/tensor.js'
import { countsFile, weightsOf, wordsToSave } from '../open/weights.js'
import type { Session } from '../session/session.js'
import { type DescribedShards, describedShards } from '../shards/divide.js'
import { overParts } from '../shards/parts.js'
import { scratchSink } from './scratch-sink.js'

/** What `slimbed compress` is to do, as workers are told it. */
export interface Described {
  readonly input: string
  /** All files that are read, as they are. */
  readonly files: readonly InputFile[]
  readonly pipeline: string
  readonly plugins: readonly string[]
  readonly weights?: string
  readonly seed: number
  /** Of a table in shards. */
  readonly shards?: DescribedShards
  /** Flags of reading, as they were given. */
  readonly reading: Readonly<
    Pick<CompressFlags, 'vocab' | 'limit' | 'rows' | 'columns' | 'scales' | 'column'> & { tensor?: string }
  >
}

/** A path as every machine finds it. */
const whole = (path: string) => (isRemote(path) ? path : resolve(path))

/** Describes a run of `slimbed compress`. Rejects with `not-found` and `io`. */
export async function describeRun(path: string, pipeline: string, flags: CompressFlags): Promise<Described> {
  const { vocab, weights, seed, plugin, tensor, limit, rows, columns, scales, column } = flags
  const counts = countsFile(weights)
  const input = whole(path)
  const others = [vocab, counts].filter((other) => other !== undefined).map(whole)
  const tensors = tensor.length === 0 ? undefined : [...tensor, ...(scales === undefined ? [] : [scales])]
  const files = [...(await inputFiles(input, tensors)), ...(await Promise.all(others.map(inputFile)))]
  const weighing = counts === undefined ? weights : whole(counts)
  const reading = {
    ...(vocab !== undefined && { vocab: whole(vocab) }),
    ...(tensor.length === 1 && { tensor: tensor[0] }),
    ...(limit !== undefined && { limit }),
    // Infinity is not in JSON.
    ...(rows && { rows: [rows[0], Math.min(rows[1], Number.MAX_SAFE_INTEGER)] as const }),
    ...(columns && { columns: [columns[0], Math.min(columns[1], Number.MAX_SAFE_INTEGER)] as const }),
    ...(scales !== undefined && { scales }),
    ...(column !== undefined && { column })
  }
  const plugins = plugin.map((one) => (/^[./]/.test(one) ? resolve(one) : one))
  return { input, files, pipeline, plugins, ...(weighing !== undefined && { weights: weighing }), seed, reading }
}

/** Rejects with `bad-input` where a file is not as it was. */
export async function checkUnchanged(files: readonly InputFile[]): Promise<void> {
  await Promise.all(
    files.map(async ({ path, size, version }) => {
      const now = await inputFile(path).catch((error: Error) => {
        throw new SlimbedError('bad-input', `${error.message}; it was there when the run began`, { cause: error })
      })
      if (now.size === size && now.version === version) return
      throw new SlimbedError('bad-input', `${path} has changed since the run began: run it again`)
    })
  )
}

/** How often files of a network are looked at, in milliseconds: they are found changed when they are read, too, and at the end of the run. */
const interval = 10_000

/** Checks files as often as is worth it. */
function createCheck(files: readonly InputFile[]): () => Promise<void> {
  const [remote, near] = [files.filter(({ path }) => isRemote(path)), files.filter(({ path }) => !isRemote(path))]
  let last = -Infinity
  return async () => {
    await checkUnchanged(near)
    if (performance.now() - last < interval) return
    await checkUnchanged(remote)
    last = performance.now()
  }
}

/** What a worker allows and computes on. */
export interface WorkerSettings {
  readonly threads?: number
  /** The plugins that it was started with: it loads no others. */
  readonly plugin: readonly string[]
}

/** Refuses plugins that nobody at this worker has named: whoever can write to Redis could name any file. */
function checkPlugins(asked: readonly string[], given: readonly string[]): void {
  const allowed = new Set(given.map((one) => (/^[./]/.test(one) ? resolve(one) : one)))
  const other = asked.find((one) => !allowed.has(one))
  if (other === undefined) return
  throw new SlimbedError('missing-package', `the run needs --plugin ${other}: start the worker with it, too`)
}

/** The program of a run, on a worker. Rejects where it cannot be run here, as what it opens does. */
export async function openProgram(record: RunRecord, settings: WorkerSettings, session: Session): Promise<Program> {
  const described = record.program as unknown as Described
  const backend = backends.find((name) => name === record.backend) as Backend | undefined
  if (!backend) throw new SlimbedError('bad-input', `the run needs an engine called ${record.backend}, not known here`)
  const { input, files, pipeline: spec, plugins, weights, seed, reading } = described
  const shards = describedShards(record.program)
  checkPlugins(plugins, settings.plugin)
  await checkUnchanged(files)
  const { compressor, versions } = await pipelineOf(spec, plugins, places)
  const threads = settings.threads === undefined ? {} : { threads: settings.threads }
  const verify = createCheck(files)
  /** The name of each part, once there is a table. */
  let nameOf = (_: number): string | undefined => undefined
  return {
    versions,
    verify,
    // A part keeps all threads busy, and may hold all its codes.
    ...(shards && { atOnce: 1 }),
    async run(spread, signal) {
      const own = { ...session, signal }
      await closing(openTensor({ backend, ...threads, spread }), (tensor) =>
        closing(openTable(input, { ...reading, ...threads }, own), async (opened) => {
          const found = await weightsOf(weights, opened, usesWeights(compressor), own)
          const matrix = await matrixOfOpened(opened, tensor)
          const options = { seed, tensor, weights: found.values, signal }
          if (shards) {
            const { most, folder, counts } = shards
            const ranges = rangesOf(matrix.rows, most)
            nameOf = (part) => partName(part, ranges.length)
            const saved = wordsToSave(found, counts)
            const origin = { versions, weights: found.source }
            const job = { matrix, ranges, compressor, words: saved && plainOf(saved), folder, verify }
            return overParts(spread, { ...job, options: { ...options, origin } }, () => {})
          }
          // The coordinator writes the file; what is read of it again is needed here, too.
          await closing(scratchSink(), (sink) => compress(matrix, compressor, { ...options, sink }))
        })
      )
    },
    async discard(part) {
      const name = nameOf(part)
      if (shards && name !== undefined) await removeParts(shards.folder, name)
    },
    close: async () => {}
  }
}

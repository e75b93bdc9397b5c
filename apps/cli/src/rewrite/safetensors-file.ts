import { isArtefact, readSafetensorsHeader } from '@slimbed/io'
import { fileSource, isFolder, writeAtomically } from '@slimbed/io/node'
import { type SafetensorsEntry, SlimbedError, type Source } from '@slimbed/runtime'
import { closing } from '../open/closing.js'
import { checkInputs, checkOutput } from '../open/paths.js'
import { openTensor } from '../open/tensor.js'
import { countsFile, weightsOf } from '../open/weights.js'
import { print, printJson, type Session } from '../session/session.js'
import { stopwatch } from '../session/stopwatch.js'
import { type RewriteReport, showRewriting } from '../show/rewriting.js'
import type { RewriteFlags } from './format.js'
import { matricesOf, planSafetensors, tablesOf } from './safetensors-plan.js'
import { rewriteShards, type ShardOptions, type WrittenShards } from './safetensors-shards.js'
import { areSame, verifySafetensors, writeSafetensors } from './safetensors-write.js'

/** The flags of `slimbed rewrite` for safetensors. */
export interface SafetensorsFlags extends RewriteFlags {
  readonly dtype?: 'f16' | 'bf16'
  readonly tensor: readonly string[]
  readonly weights?: string
}

/** Tables with those that have the same bytes: tied weights that are stored twice stay the same. */
async function withCopies(
  source: Source,
  tables: readonly SafetensorsEntry[],
  all: readonly SafetensorsEntry[]
): Promise<SafetensorsEntry[]> {
  const found = new Set(tables)
  for (const other of all) {
    for (const table of tables) {
      const alike = !found.has(other) && `${other.shape}` === `${table.shape}`
      if (alike && (await areSame(source, table, source, other))) found.add(other)
    }
  }
  return [...found]
}

/** One file. Rejects as reading and writing do. */
async function rewriteFile(path: string, output: string, options: ShardOptions): Promise<WrittenShards> {
  return closing(fileSource(path), async (source) => {
    if (await isArtefact(source))
      throw new SlimbedError('bad-input', `${path}: this is a file of slimbed, which only slimbed reads: use compress`)
    const { dtype, patterns, signal, progress } = options
    const header = await readSafetensorsHeader(source)
    const named = tablesOf(path, header, patterns)
    const plan = planSafetensors(header, await withCopies(source, named, matricesOf(header)), dtype)
    const measured = await writeAtomically(output, async (sink) => {
      await writeSafetensors(source, sink, plan, dtype, { signal, progress })
      const read = (offset: number, length: number) => sink.read(offset, length)
      return verifySafetensors(source, { name: source.name, size: plan.size, read }, plan, dtype, options)
    })
    return { measured, before: source.size, after: plan.size }
  })
}

/** `slimbed rewrite` of the weights of a model, in one file or in shards: tables as half floats, all else as it is. */
export async function rewriteSafetensorsFile(path: string, flags: SafetensorsFlags, session: Session): Promise<void> {
  const { output, weights: flag } = flags
  const { signal, progress } = session
  const sinceStart = stopwatch()
  const inShards = path.endsWith('.json') || (await isFolder(path))
  await checkInputs([countsFile(flag)], session)
  if (!inShards) await checkOutput(output, [path, countsFile(flag)])
  await closing(openTensor(flags), async (tensor) => {
    const { measured, before, after } = await (inShards ? rewriteShards : rewriteFile)(path, output, {
      ...{ tensor, signal, patterns: flags.tensor, dtype: flags.dtype === 'bf16' ? 'BF16' : 'F16' },
      weights: async (rows) => (await weightsOf(flag, { path, rows }, false, session)).values,
      progress: (done, total) => progress.phase('writing', total)(done, total)
    })
    progress.clear()
    const report: RewriteReport = {
      input: { path, format: 'safetensors', bytes: before },
      output: { path: output, bytes: after },
      ratio: before / after,
      tables: [...measured].map(([{ entry, dtype: to, bytes }, { relativeError, weightedError, meanCosine }]) => ({
        ...{ name: entry.name, rows: entry.shape[0], dim: entry.shape[1], from: entry.dtype, to },
        ...{ bytesBefore: entry.end - entry.begin, bytes, relativeError, weightedError, meanCosine }
      })),
      verified: 'names, shapes and every row of the tables were read back from the file and are what was meant',
      ...{ backend: tensor.backend, threads: tensor.threads },
      seconds: { total: sinceStart() },
      peakMemoryBytes: process.resourceUsage().maxRSS * 1024
    }
    await (flags.json ? printJson(report, output) : print(showRewriting(report), output))
  })
}

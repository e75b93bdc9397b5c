import { cp, mkdir, readdir, rm } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import type { Measurement } from '@slimbed/core/measure'
import { readSafetensorsHeader } from '@slimbed/io'
import { type FileSource, fileSource, writeAtomically } from '@slimbed/io/node'
import { type SafetensorsEntry, type SafetensorsHeader, SlimbedError } from '@slimbed/runtime'
import { checkFolderOutput } from '../open/paths.js'
import { indexWith, readIndex, type ShardIndex, shardPath } from './safetensors-index.js'
import { indexName } from './safetensors-index-name.js'
import { type HalfType, matricesOf, type Placed, planSafetensors, tablesOf } from './safetensors-plan.js'
import { areSame, copyBytes, verifySafetensors, type Watching, writeSafetensors } from './safetensors-write.js'

/** A shard that is open. */
interface Shard {
  readonly file: string
  readonly source: FileSource
  readonly header: SafetensorsHeader
}

/** What was written: the tables with what they lost, and bytes before and after. */
export interface WrittenShards {
  readonly measured: ReadonlyMap<Placed, Measurement>
  readonly before: number
  readonly after: number
}

/** How shards are written. */
export interface ShardOptions extends Watching {
  readonly dtype: HalfType
  /** Patterns of names; without any the largest matrix of all shards. */
  readonly patterns: readonly string[]
  readonly progress: (done: number, total: number) => void
}

/** The tensors of all shards. Throws `corrupt-file` where they are not those of the index. */
function allOf({ path, map }: ShardIndex, shards: readonly Shard[]): Map<SafetensorsEntry, Shard> {
  const found = new Map(
    shards.flatMap((shard) => [...shard.header.tensors.values()].map((entry) => [entry, shard] as const))
  )
  const same = [...found].every(([{ name }, { file }]) => map.get(name) === file)
  if (same && found.size === map.size) return found
  throw new SlimbedError('corrupt-file', `${path}: the tensors of the shards are not those of the index`)
}

/** The tables that are written, with those of the same bytes: tied weights that are stored twice stay the same. */
async function chosen(
  index: ShardIndex,
  all: ReadonlyMap<SafetensorsEntry, Shard>,
  patterns: readonly string[]
): Promise<Set<SafetensorsEntry>> {
  const header = { tensors: new Map([...all.keys()].map((entry) => [entry.name, entry])) }
  const named = tablesOf(index.path, header, patterns)
  const found = new Set(named)
  for (const other of matricesOf(header)) {
    for (const table of named) {
      if (found.has(other) || `${other.shape}` !== `${table.shape}`) continue
      const [a, b] = [all.get(table), all.get(other)]
      if (a && b && (await areSame(a.source, table, b.source, other))) found.add(other)
    }
  }
  return found
}

/** Copies what the folder of a model has besides its shards and their index. */
async function copyOthers({ folder, files }: ShardIndex, to: string): Promise<void> {
  if (folder === undefined) return
  for (const { name } of await readdir(folder, { withFileTypes: true })) {
    if (name === indexName || files.includes(name)) continue
    await cp(join(folder, name), join(to, name), { recursive: true })
  }
}

async function writeAll(
  index: ShardIndex,
  shards: readonly Shard[],
  output: string,
  { dtype, patterns, progress, ...watching }: ShardOptions
): Promise<WrittenShards> {
  const { signal } = watching
  const all = allOf(index, shards)
  const tables = await chosen(index, all, patterns)
  const measured = new Map<Placed, Measurement>()
  let [before, after, tensorBytes] = [index.bytes, 0, 0]
  await mkdir(output, { recursive: true })
  await copyOthers(index, output)
  for (const [i, { file, source, header }] of shards.entries()) {
    const entries = [...header.tensors.values()]
    const own = entries.filter((entry) => tables.has(entry))
    const plan = planSafetensors(header, own, dtype)
    const found = await writeAtomically(join(output, file), async (sink) => {
      const watched = { signal, progress: () => progress(i, shards.length) }
      if (own.length === 0) {
        await copyBytes(source, sink, watched)
        return new Map<Placed, Measurement>()
      }
      await writeSafetensors(source, sink, plan, dtype, watched)
      const read = (offset: number, length: number) => sink.read(offset, length)
      return verifySafetensors(source, { name: file, size: plan.size, read }, plan, dtype, watching)
    })
    for (const [placed, measurement] of found) measured.set(placed, measurement)
    before += source.size
    after += own.length === 0 ? source.size : plan.size
    tensorBytes += plan.tensors.reduce((sum, { bytes }) => sum + bytes, 0)
  }
  const bytes = indexWith(index, tensorBytes)
  await writeAtomically(join(output, basename(index.path)), (sink) => sink.write(bytes, 0))
  return { measured, before, after: after + bytes.length }
}

/**
 * Writes a model in shards, given by its index or its folder, into a folder: shards with tables anew, all others byte for byte, and the index. Rejects as reading and writing do,
 * and with `corrupt-file` where shards are not those of the index; the folder is then removed.
 */
export async function rewriteShards(path: string, output: string, options: ShardOptions): Promise<WrittenShards> {
  const index = await readIndex(path)
  await checkFolderOutput(output, [index.path])
  const to = resolve(output)
  if ((await readdir(to).catch(() => [])).length > 0)
    throw new SlimbedError('bad-input', `-o ${output}: expected a folder that is new or empty`)
  const shards: Shard[] = []
  try {
    for (const file of index.files) {
      const source = await fileSource(shardPath(index, file))
      shards.push({ file, source, header: await readSafetensorsHeader(source) })
    }
    return await writeAll(index, shards, to, options)
  } catch (error) {
    await rm(to, { recursive: true, force: true })
    throw error
  } finally {
    for (const { source } of shards) await source.close()
  }
}

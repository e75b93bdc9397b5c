import { lstat, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { SlimbedError } from '@slimbed/runtime'
import { crc32, hex8, safetensorsDataStart } from '@slimbed/runtime/format'
import { formatShards, parseShards, type ShardPart, type ShardsManifest, shardsFile } from '@slimbed/runtime/shards'
import { fileSource } from './file-source.js'
import { removeAtExit, sweepTemporaries, temporaryName } from './temporary.js'
import { syncFolder, writeAtomically } from './write-atomically.js'

/** Whether a folder has a manifest of shards. */
export const isShards = async (path: string): Promise<boolean> =>
  (await lstat(join(path, shardsFile)).catch(() => undefined))?.isFile() ?? false

/** The manifest of the shards in a folder. Rejects with `corrupt-file`, naming it, and with `io`. */
export async function readShards(path: string): Promise<{ bytes: Uint8Array; manifest: ShardsManifest }> {
  const name = join(path, shardsFile)
  const bytes = new Uint8Array(await readFile(name))
  try {
    return { bytes, manifest: parseShards(bytes) }
  } catch (error) {
    if (error instanceof Error && 'code' in error) throw new SlimbedError('corrupt-file', `${name}: ${error.message}`)
    throw error
  }
}

/** Refuses a folder that has anything but the files of a table in shards. */
async function checkPlace(path: string): Promise<'none' | 'empty' | 'shards'> {
  const own = await lstat(path).catch(() => undefined)
  if (!own) return 'none'
  if (!own.isDirectory())
    throw new SlimbedError('bad-input', `${path}: expected a folder to write; this is a file or a link`)
  const names = await readdir(path)
  if (names.length === 0) return 'empty'
  const parts = (await isShards(path)) ? (await readShards(path)).manifest.parts : []
  const known = new Set([shardsFile, ...parts.map(({ file }) => file)])
  const other = names.find((name) => !known.has(name))
  if (other === undefined) return 'shards'
  throw new SlimbedError(
    'bad-input',
    `${path}: the folder has other files, such as ${other}; choose an empty or a new one`
  )
}

/** What a manifest says of the file of a part. Rejects with `io`. */
export async function shardOf(path: string, rows: number): Promise<ShardPart> {
  const source = await fileSource(path)
  try {
    const length = safetensorsDataStart(await source.read(0, 8), source.size)
    const header = hex8(crc32(await source.read(0, length)))
    return { file: basename(path), rows, bytes: source.size, header }
  } finally {
    await source.close()
  }
}

/**
 * Writes a table in shards completely or not at all: `produce` writes the parts into a hidden folder and resolves to the rest of the manifest, which is
 * written last; then the folder gets its name. An earlier table in shards is replaced; any other folder that is not empty is refused with `bad-input`.
 *
 * Rejects as `produce` does, with `not-found` for a folder that is not there, and with `io`.
 */
export async function writeShards<Result>(
  path: string,
  produce: (folder: string) => Promise<{ manifest: ShardsManifest; result: Result }>
): Promise<Result> {
  const target = resolve(path)
  // As the caller calls it, but a link is not followed.
  const place = await checkPlace(path.replace(/(?<=.)\/+$/, ''))
  const above = dirname(target)
  await sweepTemporaries(above)
  const [folder, old] = [0, 1].map(() => join(above, temporaryName(basename(target)))) as [string, string]
  const forget = removeAtExit(folder)
  try {
    await mkdir(folder).catch((error) => {
      throw new SlimbedError('not-found', `${path}: the folder ${above} cannot be written to; make it first`, {
        cause: error
      })
    })
    const { manifest, result } = await produce(folder)
    await writeAtomically(join(folder, shardsFile), (sink) => sink.write(formatShards(manifest), 0))
    if (place !== 'none') await rename(target, old)
    await rename(folder, target)
    await syncFolder(above)
    await rm(old, { recursive: true, force: true })
    return result
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  } finally {
    forget()
  }
}

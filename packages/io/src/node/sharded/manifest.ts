import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import { isSlimbedError, SlimbedError } from '@slimbed/runtime'
import { parseShards, type ShardsManifest, shardsFile } from '@slimbed/runtime/shards'
import { fileSource } from '../file-source.js'
import { isRemote, isRemoteFolder, within } from '../net/address.js'
import { isS3 } from '../s3/address.js'

/** Whether a folder, or what a URL `s3://bucket/prefix/` stands for, has a manifest of shards. Of a store, rejects with `io`. */
export async function isShards(path: string): Promise<boolean> {
  if (!isRemote(path)) return (await lstat(join(path, shardsFile)).catch(() => undefined))?.isFile() ?? false
  if (!isS3(path) || !isRemoteFolder(path)) return false
  const { headObject, s3Settings } = await import('../s3/index.js')
  return (await headObject(within(path, shardsFile), s3Settings())) !== undefined
}

/** The manifest of the shards in a folder or below a URL. Rejects with `corrupt-file`, naming it, and with `io`. */
export async function readShards(path: string): Promise<{ bytes: Uint8Array; manifest: ShardsManifest }> {
  const name = within(path, shardsFile)
  const source = await fileSource(name)
  try {
    const bytes = await source.read(0, source.size)
    return { bytes, manifest: parseShards(bytes) }
  } catch (error) {
    if (isSlimbedError(error, 'io')) throw error
    if (error instanceof Error && 'code' in error) throw new SlimbedError('corrupt-file', `${name}: ${error.message}`)
    throw error
  } finally {
    await source.close()
  }
}

/** The name of a part, counted from 0, of so many. */
export function partName(index: number, count: number): string {
  const [number, all] = [index + 1, count].map((value) => String(value).padStart(5, '0'))
  return `part-${number}-of-${all}.safetensors`
}

/** What the name of a part's record has at its end. */
export const recordEnding = '.json'

/** Whether a file is a part, or the record of one, by its name. */
export const isPartName = (name: string): boolean => /^part-\d{5,}-of-\d{5,}\.safetensors(\.json)?$/.test(name)

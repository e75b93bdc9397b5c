import { isS3 } from '../s3/address.js'
import { folderPlace, removeHiddenParts } from './folder-place.js'
import type { ShardsPlace, ShardsPlaceOptions } from './place.js'

/**
 * The place of a table in shards: a folder, or `s3://bucket/prefix/`. Nothing is written yet.
 *
 * A folder is written beside its place and gets its name at the end; an earlier table in shards is replaced. Below a URL, the parts are written first and the
 * manifest last, and an earlier table is refused, since its parts would be replaced before. Rejects with `bad-input` where there are other files, and with
 * `io`.
 */
export async function openShardsPlace(path: string, options: ShardsPlaceOptions = {}): Promise<ShardsPlace> {
  return isS3(path) ? (await import('./bucket-place.js')).bucketPlace(path, options) : folderPlace(path, options)
}

/**
 * Removes the parts in the `folder` of a place, or the one that is named, where no run goes on with them and there is no manifest. Whatever else lies there is
 * left alone. Rejects with `io`.
 */
export async function removeParts(folder: string, file?: string): Promise<void> {
  if (!isS3(folder)) return file === undefined ? removeHiddenParts(folder) : undefined
  const { removeUnreadPart, removeUnreadParts } = await import('./bucket-place.js')
  return file === undefined ? removeUnreadParts(folder) : removeUnreadPart(folder, file)
}

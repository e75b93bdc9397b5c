import { fetchWhole } from '../remote/fetch-bytes.js'
import { httpSource } from '../remote/http-source.js'
import type { OpenUrlOptions } from '../remote/open.js'
import { bytesSource } from '../remote/source.js'
import { shardsFile } from './manifest.js'
import { openShards, type ShardedArtefact } from './open.js'

/** `openShards` of a folder by its URL, by HTTP ranges. Rejects as `openUrl` does. */
export async function openShardsUrl(url: string | URL, options: OpenUrlOptions = {}): Promise<ShardedArtefact> {
  const folder = `${url}`.endsWith('/') ? `${url}` : `${url}/`
  const manifest = await fetchWhole(new URL(shardsFile, folder).href, options)
  return openShards(
    manifest,
    async (file) => {
      const source = await httpSource(new URL(file, folder), options)
      return source.whole ? bytesSource(file, source.whole) : source
    },
    options
  )
}

import { type CompressorPlugin, isSlimbedError } from '@slimbed/core'
import { firstParty } from './first-party.js'
import { type Loaded, loadGiven, loadPackage } from './load.js'
import type { Places } from './locate.js'
import { thirdPartyPackages } from './third-party.js'

/** A compressor of any options. */
// biome-ignore lint/suspicious/noExplicitAny: plugins that are found have schemas of their own
export type FoundCompressor = CompressorPlugin<any>

/** The compressors that are installed, and what is said of packages that do not load. */
export interface Installed {
  readonly compressors: readonly FoundCompressor[]
  readonly problems: readonly string[]
}

/**
 * All compressors that pipelines can name: those `given` by `--plugin`, those of this project, and those of other packages, one of each name, by name.
 * Rejects as `loadGiven` does; packages that were not given and do not load are told of.
 */
export async function installedCompressors(given: readonly string[], places: Places): Promise<Installed> {
  const found = new Map<string, FoundCompressor>()
  const problems: string[] = []
  const add = ({ plugins }: Loaded) => {
    for (const plugin of plugins) {
      if (plugin.type === 'compressor' && !found.has(plugin.id)) found.set(plugin.id, plugin)
    }
  }
  for (const each of new Set(given)) add(await loadGiven(each, places))
  const own = [...new Set(Object.values(firstParty.compressor))].map((name) => ({ name, from: [places.program] }))
  const others = (await thirdPartyPackages(places)).map((name) => ({ name, from: [places.here, places.program] }))
  for (const { name, from } of [...own, ...others]) {
    try {
      const loaded = await loadPackage(name, from)
      if (loaded) add(loaded)
    } catch (error) {
      if (!isSlimbedError(error)) throw error
      problems.push(error.message)
    }
  }
  const compressors = [...found.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
  return { compressors, problems }
}

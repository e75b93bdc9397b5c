import { isSlimbedError } from '@slimbed/core'
import { firstParty, type Loaded, loadGiven, loadPackage, thirdPartyPackages } from '@slimbed/io/plugins'
import type { PluginsFlags } from '../flags/plugins.js'
import { places } from '../open/places.js'
import { print, printJson } from '../session/session.js'
import { type PluginDescription, type PluginList, showPlugins } from '../show/plugins.js'

const describe = ({ plugins, from }: Loaded): PluginDescription[] =>
  plugins.map(({ id, type, summary, options }) => ({
    id,
    type,
    summary,
    package: from?.name ?? null,
    version: from?.version ?? null,
    options
  }))

/** The plugins of this project, and those of them that are not installed. */
async function ofThisProject(): Promise<Pick<PluginList, 'plugins' | 'missing'>> {
  const plugins: PluginDescription[] = []
  const missing: { id: string; package: string }[] = []
  for (const [id, name] of Object.values(firstParty).flatMap(Object.entries<string>)) {
    const loaded = await loadPackage(name, [places.program])
    const own = loaded?.plugins.filter((plugin) => plugin.id === id) ?? []
    if (loaded && own.length > 0) plugins.push(...describe({ ...loaded, plugins: own }))
    else missing.push({ id, package: name })
  }
  return { plugins, missing }
}

/** The plugins of others, and the packages that do not load. */
async function ofOthers(): Promise<Pick<PluginList, 'plugins' | 'broken'>> {
  const plugins: PluginDescription[] = []
  const broken: { package: string; problem: string }[] = []
  for (const name of await thirdPartyPackages(places)) {
    try {
      const loaded = await loadPackage(name, [places.here, places.program])
      if (loaded) plugins.push(...describe(loaded))
    } catch (error) {
      if (!isSlimbedError(error)) throw error
      broken.push({ package: name, problem: error.message })
    }
  }
  return { plugins, broken }
}

/** Lists the compressors and schedules that are installed, with their options: `slimbed plugins`. */
export async function pluginsCommand(flags: PluginsFlags): Promise<void> {
  const [own, others] = [await ofThisProject(), await ofOthers()]
  const plugins = [...own.plugins, ...others.plugins]
  for (const given of new Set(flags.plugin)) {
    const found = describe(await loadGiven(given, places))
    const isNew = (one: PluginDescription) =>
      one.package === null || !plugins.some((other) => other.package === one.package && other.id === one.id)
    plugins.push(...found.filter(isNew))
  }
  const list: PluginList = { plugins, missing: own.missing, broken: others.broken }
  await (flags.json ? printJson(list) : print(showPlugins(list)))
}

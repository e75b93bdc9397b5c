import { firstParty, type Loaded, loadGiven, loadPackage } from '@slimbed/io/plugins'
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

/** Lists the compressors and schedules that are installed, with their options: `slimbed plugins`. */
export async function pluginsCommand(flags: PluginsFlags): Promise<void> {
  const plugins: PluginDescription[] = []
  const missing: { id: string; package: string }[] = []
  for (const [id, name] of Object.values(firstParty).flatMap(Object.entries<string>)) {
    const loaded = await loadPackage(name, places)
    const own = loaded?.plugins.filter((plugin) => plugin.id === id) ?? []
    if (loaded && own.length > 0) plugins.push(...describe({ ...loaded, plugins: own }))
    else missing.push({ id, package: name })
  }
  for (const given of new Set(flags.plugin)) plugins.push(...describe(await loadGiven(given, places)))
  const list: PluginList = { plugins, missing }
  await (flags.json ? printJson(list) : print(showPlugins(list)))
}

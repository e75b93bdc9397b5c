import type { OptionSchema } from '@slimbed/core'
import type { JsonFlag } from '../flags.js'
import { firstParty } from '../plugins/first-party.js'
import { type Loaded, loadGiven, loadPackage } from '../plugins/load.js'
import { print, printJson } from '../session.js'
import { showPlugins } from '../show-plugins.js'

/** The flags of `slimbed plugins`. */
export interface PluginsFlags extends JsonFlag {
  readonly plugin: readonly string[]
}

/** An installed plugin. */
export interface PluginDescription {
  readonly id: string
  readonly type: string
  readonly summary: string
  /** Null for a lone file. */
  readonly package: string | null
  readonly version: string | null
  readonly options: OptionSchema
}

/** What `slimbed plugins --json` prints. */
export interface PluginList {
  readonly plugins: readonly PluginDescription[]
  /** Plugins of this project that are not installed. */
  readonly missing: readonly { readonly id: string; readonly package: string }[]
}

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
    const loaded = await loadPackage(name)
    const own = loaded?.plugins.filter((plugin) => plugin.id === id) ?? []
    if (loaded && own.length > 0) plugins.push(...describe({ ...loaded, plugins: own }))
    else missing.push({ id, package: name })
  }
  for (const given of new Set(flags.plugin)) plugins.push(...describe(await loadGiven(given)))
  const list: PluginList = { plugins, missing }
  await (flags.json ? printJson(list) : print(showPlugins(list)))
}

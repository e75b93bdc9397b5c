import { isSlimbedError, SlimbedError } from '@slimbed/core'
import { type AnyPlugin, createRegistry, type Registry } from '@slimbed/core/plugins'
import { candidatesFor, firstParty, firstPartyPackage, type PluginType } from './first-party.js'
import { type Loaded, loadGiven, loadPackage } from './load.js'
import { locatePackage, type Places, packageOf } from './locate.js'

/** Plugins by name, and the version of every package that takes part. */
export interface Found {
  readonly registry: Registry
  readonly versions: Readonly<Record<string, string>>
}

/** The plugin named `name` in the packages that may hold it. */
async function find(name: string, type: PluginType, places: Places): Promise<Loaded | undefined> {
  for (const candidate of candidatesFor(name, type, places)) {
    const loaded = await loadPackage(candidate.name, candidate.places)
    const plugins = loaded?.plugins.filter((plugin) => plugin.id === name && plugin.type === type)
    if (loaded && plugins && plugins.length > 0) return { ...loaded, plugins }
  }
  return undefined
}

/** Every plugin by its name. Throws `bad-input` when two different ones have the same. */
function byName(all: readonly Loaded[]): Map<string, { plugin: AnyPlugin; loaded: Loaded }> {
  const found = new Map<string, { plugin: AnyPlugin; loaded: Loaded }>()
  for (const loaded of all) {
    for (const plugin of loaded.plugins) {
      if (found.has(plugin.id) && found.get(plugin.id)?.plugin !== plugin) {
        throw new SlimbedError('bad-input', `two of the plugins given are called "${plugin.id}"; give one of them`)
      }
      found.set(plugin.id, { plugin, loaded })
    }
  }
  return found
}

/** Refuses a plugin of this project that is installed in the current folder but not beside the program. */
function refuseElsewhere(name: string, type: PluginType, { here, program }: Places): void {
  const own = firstPartyPackage(name, type)
  if (own === undefined || locatePackage(own, [program]) || !locatePackage(own, [here])) return
  const remedy = `--plugin ${own} takes the one of this folder`
  throw new SlimbedError('missing-package', `stage "${name}": ${own} is not installed where slimbed is; ${remedy}`)
}

/**
 * A registry for looking up `names`: it has the plugins `given` by `--plugin`, and for the other names the plugins of the packages
 * named after them. No other package is imported. Rejects as plugins that do not load.
 */
export async function findPlugins(
  names: readonly string[],
  type: PluginType,
  given: readonly string[],
  places: Places
): Promise<Found> {
  const plugins = byName(await Promise.all([...new Set(given)].map((each) => loadGiven(each, places))))
  for (const name of names) {
    if (plugins.has(name)) continue
    const loaded = await find(name, type, places)
    if (!loaded) refuseElsewhere(name, type, places)
    else plugins.set(name, { plugin: loaded.plugins[0], loaded })
  }
  const registry = createRegistry(Object.fromEntries([...plugins].map(([name, { plugin }]) => [name, plugin])), {
    packages: firstParty[type]
  })
  const taking = [
    await packageOf(import.meta.resolve('@slimbed/core')),
    ...names.map((name) => plugins.get(name)?.loaded.from)
  ]
  const versions = taking.flatMap((from) => (from ? [[from.name, from.version] as const] : []))
  return { registry, versions: Object.fromEntries(versions.sort()) }
}

/** The result of `look` on a registry. The error for an unknown name also mentions `--plugin`. Throws as `look` does. */
export function lookUp<Result>(look: () => Result): Result {
  try {
    return look()
  } catch (error) {
    if (!isSlimbedError(error, 'unknown-stage')) throw error
    throw new SlimbedError('unknown-stage', `${error.message}; --plugin <package or path> adds one of your own`)
  }
}

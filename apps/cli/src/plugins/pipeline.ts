import { type AnyPlugin, type Compressor, createRegistry, isSlimbedError, parseSpec, SlimbedError } from '@slimbed/core'
import { firstParty, packagesFor } from './first-party.js'
import { type Loaded, loadGiven, loadPackage } from './load.js'
import { packageOf } from './locate.js'

/** A compressor as a spec describes it, and the version of every package that takes part. */
export interface Pipeline {
  readonly compressor: Compressor
  readonly versions: Readonly<Record<string, string>>
}

/** The plugin named `name` in the packages that may hold it. */
async function find(name: string): Promise<Loaded | undefined> {
  for (const candidate of packagesFor(name)) {
    const loaded = await loadPackage(candidate)
    const plugins = loaded?.plugins.filter(({ id }) => id === name)
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

/**
 * The compressor of a pipeline spec. Stages are the plugins `given` by `--plugin`, and else those of the packages named
 * after them; no other package is imported.
 *
 * Rejects as `registry.parse` does, and as plugins that do not load.
 */
export async function pipelineOf(spec: string, given: readonly string[]): Promise<Pipeline> {
  const names = [...new Set(parseSpec(spec).map(({ name }) => name))]
  const plugins = byName(await Promise.all([...new Set(given)].map(loadGiven)))
  for (const name of names) {
    const loaded = plugins.has(name) ? undefined : await find(name)
    if (loaded) plugins.set(name, { plugin: loaded.plugins[0]!, loaded })
  }
  const registry = createRegistry(Object.fromEntries([...plugins].map(([name, { plugin }]) => [name, plugin])), {
    packages: firstParty
  })
  const taking = [
    await packageOf(import.meta.resolve('@slimbed/core')),
    ...names.map((name) => plugins.get(name)?.loaded.from)
  ]
  const versions = taking.flatMap((from) => (from ? [[from.name, from.version] as const] : []))
  try {
    return { compressor: registry.parse(spec), versions: Object.fromEntries(versions.sort()) }
  } catch (error) {
    if (!isSlimbedError(error, 'unknown-stage')) throw error
    throw new SlimbedError('unknown-stage', `${error.message}; --plugin <package or path> adds one of your own`)
  }
}

import { type JsonObject, SlimbedError } from '@slimbed/runtime'
import { at } from '../pipeline/at.js'
import { pipeline } from '../pipeline/pipeline.js'
import { type AnyPlugin, isPlugin } from './any-plugin.js'
import type { Compressor } from './compressor.js'
import { format } from './format.js'
import { suggestion } from './resolve-options.js'
import type { Scheduler } from './scheduler.js'
import { parseSpec, type StageSpec } from './spec.js'

/** Plugins by stage name, and the way from a spec to what it names and back. */
export interface Registry {
  readonly plugins: Readonly<Record<string, AnyPlugin>>
  /**
   * The compressor that a spec describes. Throws `bad-input` for a spec it cannot read, `unknown-stage`,
   * `missing-package`, `unknown-option` or `bad-option`, each naming the stage and what would be right.
   */
  parse(spec: string): Compressor
  /** The spec of a compressor: `parse` gives the same compressor back. */
  format(compressor: Compressor): string
  /**
   * The schedule that a spec of one stage describes; throws as `parse` does. `known` gives values for options that the spec may
   * omit, such as `stepsPerEpoch`; a schedule uses those that are options of its own.
   */
  scheduler(spec: string, known?: JsonObject): Scheduler
}

/** What a registry may know beside its plugins. */
export interface RegistryOptions {
  /** Stages that exist but are not in the registry, with the package that has each: named in the error. */
  readonly packages?: Readonly<Record<string, string>>
}

/** A registry of the given plugins, by stage name. Throws `bad-input` for a value that is not a plugin. */
export function createRegistry(plugins: Readonly<Record<string, AnyPlugin>>, options: RegistryOptions = {}): Registry {
  const packages = options.packages ?? {}
  for (const [name, plugin] of Object.entries(plugins)) {
    if (!isPlugin(plugin)) throw new SlimbedError('bad-input', `registry: "${name}" is not a slimbed plugin (spec 1)`)
  }

  const unknown = ({ name, column }: StageSpec): never => {
    if (Object.hasOwn(packages, name)) {
      const install = `npm install ${packages[name]}`
      throw new SlimbedError('missing-package', `stage "${name}" is not installed: ${install}`)
    }
    const known = [...new Set([...Object.keys(plugins), ...Object.keys(packages)])].sort()
    const hint = suggestion(name, known)
    const list = known.join(', ') || 'none'
    throw new SlimbedError('unknown-stage', `unknown stage "${name}" at column ${column} (known: ${list})${hint}`)
  }

  const lookUp = (stage: StageSpec): AnyPlugin =>
    (Object.hasOwn(plugins, stage.name) && plugins[stage.name]) || unknown(stage)

  const make = (stage: StageSpec): Compressor => {
    const plugin = lookUp(stage)
    if (plugin.type !== 'compressor') {
      throw new SlimbedError('bad-input', `"${stage.name}" is a ${plugin.type}, not a compressor`)
    }
    const compressor: Compressor = plugin(stage.options)
    return stage.where === undefined ? compressor : at(stage.where, compressor)
  }

  return {
    plugins,
    format,
    parse(spec) {
      const [first, ...rest] = parseSpec(spec).map(make)
      return rest.length === 0 ? first : pipeline(first, ...rest)
    },
    scheduler(spec, known = {}) {
      const [stage, ...rest] = parseSpec(spec)
      const plugin = lookUp(stage)
      if (plugin.type === 'scheduler' && rest.length === 0 && stage.where === undefined) {
        const open = Object.entries(known).filter(([name]) => Object.hasOwn(plugin.options, name))
        return plugin({ ...Object.fromEntries(open), ...stage.options })
      }
      throw new SlimbedError('bad-input', `expected one schedule such as "calr(decay=0.1)", not "${spec}"`)
    }
  }
}

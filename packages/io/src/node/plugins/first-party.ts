import type { AnyPlugin } from '@slimbed/core/plugins'
import type { Places } from './locate.js'

/** What a plugin makes. */
export type PluginType = AnyPlugin['type']

/** The plugins of this project, by type and name: the package to install for each. */
export const firstParty: Readonly<Record<PluginType, Readonly<Record<string, string>>>> = {
  compressor: {
    fixedpoint: '@slimbed/fixedpoint',
    groupreduce: '@slimbed/groupreduce',
    iiq: '@slimbed/iiq',
    lowrank: '@slimbed/lowrank',
    opq: '@slimbed/pq',
    pq: '@slimbed/pq',
    prune: '@slimbed/prune',
    residual: '@slimbed/pq',
    rotate: '@slimbed/rotate',
    tiers: '@slimbed/prune',
    trellis: '@slimbed/trellis'
  },
  scheduler: {
    calr: '@slimbed/calr',
    constant: '@slimbed/train',
    cosine: '@slimbed/train',
    cyclic: '@slimbed/train',
    exponential: '@slimbed/train',
    step: '@slimbed/train'
  }
}

/** The package of a plugin of this project; undefined for any other name. */
export const firstPartyPackage = (name: string, type: PluginType): string | undefined =>
  Object.hasOwn(firstParty[type], name) ? firstParty[type][name] : undefined

/** A package that may hold a plugin, and where it is looked for. */
export interface Candidate {
  readonly name: string
  readonly places: readonly string[]
}

/**
 * The packages that may hold the plugin `name`, in the order they are looked for. Those of this project come with the program:
 * packages of the same names in the current folder are not used instead.
 */
export function candidatesFor(name: string, type: PluginType, { here, program }: Places): Candidate[] {
  const own = firstPartyPackage(name, type)
  if (own !== undefined) return [{ name: own, places: [program] }]
  return [
    { name: `@slimbed/${name}`, places: [program, here] },
    { name: `slimbed-${type}-${name}`, places: [here, program] }
  ]
}

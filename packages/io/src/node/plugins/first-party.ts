import type { AnyPlugin } from '@slimbed/core'

/** What a plugin makes. */
export type PluginType = AnyPlugin['type']

/** The plugins of this project, by type and name: the package to install for each. */
export const firstParty: Readonly<Record<PluginType, Readonly<Record<string, string>>>> = {
  compressor: {
    fixedpoint: '@slimbed/fixedpoint',
    groupreduce: '@slimbed/groupreduce',
    iiq: '@slimbed/iiq',
    lowrank: '@slimbed/lowrank'
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

/** The packages that may hold the plugin `name`, in the order they are looked for. */
export const packagesFor = (name: string, type: PluginType): readonly string[] => [
  firstParty[type][name] ?? `@slimbed/${name}`,
  `slimbed-${type}-${name}`
]

/** The compressors of this project, by stage name: the package to install for each. */
export const firstParty: Readonly<Record<string, string>> = {
  fixedpoint: '@slimbed/fixedpoint',
  groupreduce: '@slimbed/groupreduce',
  iiq: '@slimbed/iiq',
  lowrank: '@slimbed/lowrank'
}

/** The packages that may hold the stage `name`, in the order they are looked for. */
export const packagesFor = (name: string): readonly string[] => [`@slimbed/${name}`, `slimbed-compressor-${name}`]

import { cpSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { packages, published, root } from '../workspace.js'

/** Where one page is tried: a folder with the files that pages name, and packages as a user has installed them. */
export interface Place {
  readonly folder: string
  /** The names of installed packages. */
  readonly installed: ReadonlySet<string>
  /** Installs packages of the workspace, as built; returns the names of unknown packages. */
  install(names: readonly string[]): string[]
}

/** Packages that examples need and that one of ours brings. */
const others = (name: string) =>
  packages.map(({ folder }) => join(root, folder, 'node_modules', name)).find((path) => existsSync(path))

/** Makes a place for a page. */
export function placeFor(folder: string, inputs: string): Place {
  cpSync(inputs, folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
  const installed = new Set<string>()
  const install = (names: readonly string[]) =>
    names.filter((name) => {
      const own = published.find(({ manifest }) => manifest.name === name)
      const target = own ? join(root, own.folder) : others(name)
      if (!target) return true
      const link = join(folder, 'node_modules', name)
      if (!installed.has(name)) {
        mkdirSync(dirname(link), { recursive: true })
        symlinkSync(target, link, 'junction')
      }
      installed.add(name)
      return false
    })
  return { folder, installed, install }
}

/** The names in `npm install NAME…`. */
export const namesIn = (args: readonly string[]): string[] | undefined =>
  args[0] === 'npm' && args[1] === 'install' ? args.slice(2).filter((arg) => !arg.startsWith('-')) : undefined

/** The packages of compressors in a pipeline. */
export function compressorsIn(args: readonly string[]): string[] {
  const pipelines = args.filter((_, i) =>
    ['-p', '--pipeline', '--compress', '--quantize', '--schedule'].includes(args[i - 1] ?? '')
  )
  const stages = pipelines.flatMap((text) => text.split('|').map((stage) => /(\w+)\s*(\(|$)/.exec(stage.trim())?.[1]))
  return published.map(({ manifest }) => manifest.name).filter((name) => stages.includes(name.replace('@slimbed/', '')))
}

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

/** The folder of the workspace. */
export const root = fileURLToPath(new URL('../../..', import.meta.url))

/** What the checks read of a package.json. */
export interface Manifest {
  readonly name: string
  readonly version: string
  readonly private?: boolean
  readonly description?: string
  readonly keywords?: readonly string[]
  readonly license?: string
  readonly homepage?: string
  readonly bugs?: string
  readonly repository?: { readonly type: string; readonly url: string; readonly directory: string }
  readonly type?: string
  readonly sideEffects?: boolean
  readonly engines?: { readonly node: string }
  readonly bin?: Readonly<Record<string, string>>
  readonly main?: string
  readonly types?: string
  readonly typesVersions?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>
  readonly exports?: Exports
  readonly files?: readonly string[]
  readonly publishConfig?: { readonly access: string; readonly exports?: Exports }
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

/** Entry points by subpath: conditions, or a file. */
type Exports = Readonly<Record<string, Readonly<Record<string, string>> | string>>

/** A package of the workspace. */
export interface Package {
  /** Relative to the root: `packages/core`. */
  readonly folder: string
  readonly manifest: Manifest
}

/** Every package of the workspace. */
export const packages: readonly Package[] = ['packages', 'apps', 'tooling']
  .filter((top) => existsSync(join(root, top)))
  .flatMap((top) => readdirSync(join(root, top)).map((name) => `${top}/${name}`))
  .filter((folder) => existsSync(join(root, folder, 'package.json')))
  .map((folder) => ({ folder, manifest: JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) }))

/** The packages that users install. */
export const published = packages.filter(({ manifest }) => !manifest.private)

/** The source files of a package, relative to its `src`. */
export const sources = ({ folder }: Package): string[] =>
  readdirSync(join(root, folder, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.[jt]s$/.test(file))
    .map((file) => file.replaceAll('\\', '/'))
    .sort()

/** The entry points of a package that have types, each with its conditions. */
export const entriesOf = ({ manifest }: Package) =>
  Object.entries(manifest.exports ?? {}).flatMap(([subpath, conditions]) =>
    typeof conditions === 'string' ? [] : [{ subpath, conditions }]
  )

/** What one source file imports, of types and values, statically or not. */
export function importsOf({ folder }: Package, file: string): string[] {
  const text = readFileSync(join(root, folder, 'src', file), 'utf8')
  return ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName)
}

/** The package that a bare import names: `@slimbed/core` for `@slimbed/core/testing`. */
export function packageOf(specifier: string): string {
  const [scope = '', name] = specifier.split('/')
  return scope.startsWith('@') ? `${scope}/${name}` : scope
}

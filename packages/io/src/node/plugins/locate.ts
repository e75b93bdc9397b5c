import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { resolve } from 'import-meta-resolve'

/** Where packages are looked for: URLs of modules that could import them. */
export interface Places {
  /** In the current folder. */
  readonly here: string
  /** Beside the running program. */
  readonly program: string
}

/** Whether resolving failed because no such package is installed, rather than because the one that is has no entry. */
const isAbsent = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND' && !('url' in error)

/**
 * The URL of a package's entry, from the first of some places that has it; undefined when none does. Throws for an installed package
 * without an entry.
 */
export function locatePackage(name: string, places: readonly string[]): string | undefined {
  for (const from of places) {
    try {
      return resolve(name, from)
    } catch (error) {
      if (!isAbsent(error)) throw error
    }
  }
  return undefined
}

/** A package as its package.json names it. */
export interface PackageId {
  readonly name: string
  readonly version: string
}

async function manifestIn(folder: string): Promise<Readonly<Record<string, unknown>>> {
  const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => '{}')
  const manifest: unknown = JSON.parse(text)
  return typeof manifest === 'object' && manifest !== null ? { ...manifest } : {}
}

/** The URL of the entry of a package that lies in a folder. Throws when it has none. */
export async function locateFolder(folder: string): Promise<string> {
  const { name, exports } = await manifestIn(folder)
  // A package that has exports can import itself by its name.
  if (typeof name === 'string' && exports) return resolve(name, pathToFileURL(join(folder, 'package.json')).href)
  const module = join(folder, 'index.mjs')
  const entry = existsSync(module) ? module : createRequire(join(folder, 'index.js')).resolve(folder)
  return pathToFileURL(entry).href
}

/** The package that a module belongs to: the nearest package.json above it that has a name and a version. */
export async function packageOf(url: string): Promise<PackageId | undefined> {
  for (let folder = dirname(fileURLToPath(url)); ; folder = dirname(folder)) {
    const { name, version } = await manifestIn(folder)
    if (typeof name === 'string' && typeof version === 'string') return { name, version }
    if (dirname(folder) === folder) return undefined
  }
}

import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { resolve } from 'import-meta-resolve'

/** Whether resolving failed because no such package is installed, rather than because the one that is has no entry. */
const isAbsent = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND' && !('url' in error)

/** Where packages are looked for: URLs of modules that could import them, the first one first. */
export type Places = readonly string[]

/**
 * The URL of a package's entry, undefined when it is installed in none of the places. Throws for an installed package without
 * an entry.
 */
export function locatePackage(name: string, places: Places): string | undefined {
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

/** The package that a module belongs to: the nearest package.json above it that has a name and a version. */
export async function packageOf(url: string): Promise<PackageId | undefined> {
  for (let folder = dirname(fileURLToPath(url)); ; folder = dirname(folder)) {
    const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => '{}')
    const { name, version }: { name?: unknown; version?: unknown } = JSON.parse(text)
    if (typeof name === 'string' && typeof version === 'string') return { name, version }
    if (dirname(folder) === folder) return undefined
  }
}

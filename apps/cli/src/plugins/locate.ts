import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { resolve } from 'import-meta-resolve'

/** Whether resolving failed because no such package is installed, rather than because the one that is has no entry. */
const isAbsent = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND' && !('url' in error)

/**
 * The URL of a package's entry, looked for from the working directory and then from where this program is installed;
 * undefined when it is in neither. Throws for an installed package without an entry.
 */
export function locate(name: string): string | undefined {
  for (const from of [pathToFileURL(join(process.cwd(), 'from.js')).href, import.meta.url]) {
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

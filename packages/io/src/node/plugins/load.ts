import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { SlimbedError } from '@slimbed/core'
import { type AnyPlugin, isPlugin } from '@slimbed/core/plugins'
import { locateFolder, locatePackage, type PackageId, type Places, packageOf } from './locate.js'

/** What one module exports for pipelines. */
export interface Loaded {
  readonly plugins: readonly AnyPlugin[]
  /** Undefined for a single file. */
  readonly from: PackageId | undefined
}

function broken(name: string, error: unknown): SlimbedError {
  const text = error instanceof Error ? error.message : String(error)
  const message = `plugin ${name} does not load: ${text.replace(/\s*\n\s*/g, ' ').trim()}`
  return new SlimbedError('bad-input', message, { cause: error })
}

async function importFrom(name: string, locate: () => string | Promise<string>): Promise<Loaded> {
  try {
    const url = await locate()
    const exported: Record<string, unknown> = await import(url)
    return { plugins: [...new Set(Object.values(exported).filter(isPlugin))], from: await packageOf(url) }
  } catch (error) {
    throw broken(name, error)
  }
}

/**
 * The plugins that a package exports, from the first place that has it; undefined when none does. Rejects with `bad-input` when it is
 * installed and cannot be imported.
 */
export async function loadPackage(name: string, places: readonly string[]): Promise<Loaded | undefined> {
  let url: string | undefined
  try {
    url = locatePackage(name, places)
  } catch (error) {
    throw broken(name, error)
  }
  return url === undefined ? undefined : importFrom(name, () => url)
}

const isPath = (given: string): boolean => /^(\.{1,2}([\\/]|$)|[\\/]|[A-Za-z]:[\\/])|\.[cm]?[jt]s$/.test(given)

/** The plugins of what is at a path, a file or the folder of a package; undefined when nothing is there. */
async function loadPath(given: string): Promise<Loaded | undefined> {
  const path = resolve(given)
  const found = await stat(path).catch(() => undefined)
  if (found?.isDirectory()) return importFrom(given, () => locateFolder(path))
  if (found?.isFile()) return importFrom(given, () => pathToFileURL(path).href)
  if (!found) return undefined
  throw new SlimbedError('bad-input', `--plugin ${given}: expected a file or the folder of a package`)
}

/**
 * The plugins that `--plugin` names: those of a package, of the folder of one, or of a JavaScript file.
 *
 * Rejects with `not-found`, `missing-package`, and `bad-input` for what cannot be imported or exports no plugin.
 */
export async function loadGiven(given: string, { here, program }: Places): Promise<Loaded> {
  const installed = isPath(given) ? undefined : await loadPackage(given, [here, program])
  const loaded = installed ?? (await loadPath(given))
  if (!loaded) {
    if (isPath(given)) throw new SlimbedError('not-found', `--plugin ${given}: there is no such file`)
    const remedy = 'install it, or give the path of a folder or a .js file'
    throw new SlimbedError('missing-package', `--plugin ${given}: there is no such package here; ${remedy}`)
  }
  if (loaded.plugins.length > 0) return loaded
  const expected = 'expected an export made by defineCompressor or defineScheduler'
  throw new SlimbedError('bad-input', `--plugin ${given}: ${expected}, and there is none`)
}

import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type AnyPlugin, isPlugin, SlimbedError } from '@slimbed/core'
import { locatePackage, type PackageId, type Places, packageOf } from './locate.js'

/** What one module exports for pipelines. */
export interface Loaded {
  readonly plugins: readonly AnyPlugin[]
  /** Nothing for a lone file. */
  readonly from: PackageId | undefined
}

function broken(name: string, error: unknown): SlimbedError {
  const text = error instanceof Error ? error.message : String(error)
  const message = `plugin ${name} does not load: ${text.replace(/\s*\n\s*/g, ' ').trim()}`
  return new SlimbedError('bad-input', message, { cause: error })
}

async function importFrom(url: string, name: string): Promise<Loaded> {
  try {
    const exported: Record<string, unknown> = await import(url)
    return { plugins: [...new Set(Object.values(exported).filter(isPlugin))], from: await packageOf(url) }
  } catch (error) {
    throw broken(name, error)
  }
}

/**
 * The plugins that an installed package exports, undefined when it is not installed. Rejects with `bad-input` when it
 * is but cannot be imported.
 */
export async function loadPackage(name: string, places: Places): Promise<Loaded | undefined> {
  let url: string | undefined
  try {
    url = locatePackage(name, places)
  } catch (error) {
    throw broken(name, error)
  }
  return url === undefined ? undefined : importFrom(url, name)
}

const isPath = (given: string): boolean => /^(\.{1,2}([\\/]|$)|[\\/]|[A-Za-z]:[\\/])|\.[cm]?js$/.test(given)

/**
 * The plugins that `--plugin` names: those of a package, or of a JavaScript file.
 *
 * Rejects with `not-found`, `missing-package`, and `bad-input` for what cannot be imported or exports no plugin.
 */
export async function loadGiven(given: string, places: Places): Promise<Loaded> {
  const path = resolve(given)
  if (isPath(given) && !existsSync(path)) {
    throw new SlimbedError('not-found', `--plugin ${given}: there is no such file`)
  }
  const loaded = isPath(given) ? await importFrom(pathToFileURL(path).href, given) : await loadPackage(given, places)
  if (!loaded) {
    const remedy = 'install it, or give the path of a .js file'
    throw new SlimbedError('missing-package', `--plugin ${given}: there is no such package here; ${remedy}`)
  }
  if (loaded.plugins.length > 0) return loaded
  const expected = 'expected an export made by defineCompressor or defineScheduler'
  throw new SlimbedError('bad-input', `--plugin ${given}: ${expected}, and there is none`)
}

import { renameSync } from 'node:fs'
import { readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { isRemote } from '../net/address.js'
import { isOtherRunning, ownProcess } from '../temporary.js'
import { isShards } from './manifest.js'
import { hashOf } from './part.js'

const ending = '.earlier'

/** How the hidden names begin that a folder has while another one gets its name. */
const beginOf = (target: string) => `.${basename(target).slice(0, 60)}.${hashOf(basename(target))}.`

/** Where a folder is while this process gives its name to another one. */
export const earlierAt = (target: string): string => join(dirname(target), `${beginOf(target)}${ownProcess()}${ending}`)

/**
 * Gives a folder the name `target`. Returns where the one is that had it, if there was an `earlier` one. Throws as renaming does; then the one that was there
 * stays. Between both names, only the death of the process comes: `restoreEarlier` puts that right.
 */
export function replaceFolder(folder: string, target: string, earlier: boolean): string | undefined {
  const old = earlier ? earlierAt(target) : undefined
  if (old !== undefined) renameSync(target, old)
  try {
    renameSync(folder, target)
  } catch (error) {
    if (old !== undefined) renameSync(old, target)
    throw error
  }
  return old
}

/**
 * Gives a table in shards its name again, where a run was killed while it replaced it; removes it where the new one has the name. Resolves to a line that says so, if
 * it got its name.
 */
export async function restoreEarlier(path: string): Promise<string | undefined> {
  if (path === '-' || isRemote(path)) return undefined
  const target = resolve(path)
  const above = dirname(target)
  const begin = beginOf(target)
  let told: string | undefined
  for (const name of await readdir(above).catch(() => [])) {
    if (!name.startsWith(begin) || !name.endsWith(ending)) continue
    if (isOtherRunning(name.slice(begin.length, -ending.length))) continue
    const old = join(above, name)
    if (await isShards(target)) await rm(old, { recursive: true, force: true }).catch(() => {})
    // It stays where something else has its name.
    else if (
      await rename(old, target).then(
        () => true,
        () => false
      )
    )
      told = `${path}: a run was killed while it replaced this table; the earlier table has its name again`
  }
  return told
}

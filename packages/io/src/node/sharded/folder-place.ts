import { lstat, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { isSlimbedError, SlimbedError } from '@slimbed/runtime'
import { formatShards, type ShardsManifest, shardsFile } from '@slimbed/runtime/shards'
import { fileError } from '../errors.js'
import { isOtherRunning, ownProcess, removeAtExit, sweepTemporaries, temporaryName } from '../temporary.js'
import { syncFolder, writeAtomically } from '../write-atomically.js'
import { isShards, readShards } from './manifest.js'
import { checkPart, hashOf } from './part.js'
import { type ShardsPlace, type ShardsPlaceOptions, toldOf } from './place.js'
import { replaceFolder, restoreEarlier } from './replace-folder.js'

/** The file in the hidden folder of a run that says which process writes there. */
const ownerFile = 'owner'

/** The hidden folders of runs that others can go on with. */
const hiddenName = /^\..*\.[0-9a-f]{16}\.parts$/s

/** Refuses a folder that has anything but the files of a table in shards. Resolves to whether there is a folder. */
async function checkPlace(path: string): Promise<boolean> {
  const own = await lstat(path).catch(() => undefined)
  if (!own) return false
  if (!own.isDirectory())
    throw new SlimbedError('bad-input', `${path}: expected a folder to write; this is a file or a link`)
  const names = await readdir(path)
  const parts = names.length > 0 && (await isShards(path)) ? (await readShards(path)).manifest.parts : []
  const known = new Set([shardsFile, ...parts.map(({ file }) => file)])
  const other = names.find((name) => !known.has(name))
  if (other === undefined) return true
  throw new SlimbedError(
    'bad-input',
    `${path}: the folder has other files, such as ${other}; choose an empty or a new one`
  )
}

/** Removes what runs, and workers that were killed, have left in a folder beside the files of a manifest. */
async function tidy(folder: string, { parts }: ShardsManifest): Promise<void> {
  const known = new Set([shardsFile, ...parts.map(({ file }) => file)])
  for (const name of await readdir(folder)) {
    if (!known.has(name)) await rm(join(folder, name), { recursive: true, force: true })
  }
}

/** The process that writes into a hidden folder, if it is another one of this machine. */
async function otherIn(folder: string): Promise<string | undefined> {
  const owner = await readFile(join(folder, ownerFile), 'utf8').catch(() => '')
  return owner !== '' && isOtherRunning(owner) ? owner.split('-')[1] : undefined
}

/** Removes the hidden folder of a run that nobody goes on with; nothing else is removed, whatever is named. */
export async function removeHiddenParts(folder: string): Promise<void> {
  if (hiddenName.test(basename(folder))) await rm(folder, { recursive: true, force: true })
}

/** A folder as the place of a table in shards. */
export async function folderPlace(
  path: string,
  { identity, keep = false, warn }: ShardsPlaceOptions
): Promise<ShardsPlace> {
  const target = resolve(path)
  const told = await restoreEarlier(path)
  if (told !== undefined) warn?.(told)
  // As the caller calls it, but a link is not followed.
  const called = path.replace(/(?<=.)\/+$/, '')
  await checkPlace(called)
  const [above, begin] = [dirname(target), `.${basename(target).slice(0, 60)}.`]
  const own = identity === undefined ? temporaryName(basename(target)) : `${begin}${hashOf(identity)}.parts`
  const folder = join(above, own)
  let forget = () => {}
  let written = false
  const refuse = (error: unknown) => {
    const message = `${path}: the folder ${above} cannot be written to; make it first`
    throw new SlimbedError('not-found', message, { cause: error })
  }
  /** Removes the folders of runs of something else that were interrupted. Resolves to whether there were some. */
  const removeOthers = async (): Promise<boolean> => {
    const isOther = (name: string) => name.startsWith(begin) && name.length === own.length && hiddenName.test(name)
    const others = (await readdir(above).catch(() => [])).filter((name) => name !== own && isOther(name))
    for (const other of others) {
      if ((await otherIn(join(above, other))) === undefined) await removeHiddenParts(join(above, other))
    }
    return others.length > 0
  }
  return {
    folder,
    async begin() {
      await sweepTemporaries(above)
      if (identity === undefined) {
        forget = removeAtExit(folder)
        await mkdir(folder).catch(refuse)
        written = true
        return ''
      }
      const running = await otherIn(folder)
      if (running !== undefined) {
        const message = `${path}: another run is writing this table, process ${running}; wait for it, or stop it`
        throw new SlimbedError('bad-input', message)
      }
      const others = await removeOthers()
      const found = (await lstat(folder).catch(() => undefined))?.isDirectory() ?? false
      await mkdir(folder, { recursive: true }).catch(refuse)
      written = true
      await writeFile(join(folder, ownerFile), ownProcess()).catch((error) => {
        throw fileError(path, error)
      })
      return toldOf(found, others)
    },
    async finish(manifest) {
      for (const part of manifest.parts) await checkPart(folder, part)
      await writeAtomically(join(folder, shardsFile), (sink) => sink.write(formatShards(manifest), 0))
      await tidy(folder, manifest)
      const earlier = await checkPlace(called)
      let old: string | undefined
      try {
        old = replaceFolder(folder, target, earlier)
      } catch (error) {
        throw fileError(path, error)
      }
      written = false
      forget()
      // A worker that was away for long may have begun a file meanwhile; now it finds the folder gone.
      await tidy(target, manifest)
      await syncFolder(above)
      if (old !== undefined) await rm(old, { recursive: true, force: true })
    },
    async fail(error) {
      const goesOn = keep && (isSlimbedError(error, 'aborted') || isSlimbedError(error, 'io'))
      if (written && !goesOn) await rm(folder, { recursive: true, force: true, maxRetries: 5 })
      forget()
    }
  }
}

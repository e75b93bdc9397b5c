import { isSlimbedError, SlimbedError } from '@slimbed/runtime'
import { formatShards, shardsFile } from '@slimbed/runtime/shards'
import { someAtATime } from '../../source/some-at-a-time.js'
import { within } from '../net/address.js'
import { s3Address } from '../s3/address.js'
import { listObjects, putObject, removeObject, s3Settings } from '../s3/index.js'
import { isPartName, recordEnding } from './manifest.js'
import { checkPart, hashOf, runOfRecord } from './part.js'
import { type ShardsPlace, type ShardsPlaceOptions, toldOf } from './place.js'

/** How many parts are looked at at a time. */
const parallel = 8

/** The objects right below a URL with a slash at its end, by their names. */
async function namesIn(folder: string, signal: AbortSignal | undefined): Promise<string[]> {
  const found: string[] = []
  for await (const { url } of listObjects(folder, { ...s3Settings(), signal }, false)) {
    // Some programs make an empty object for a folder.
    if (url.length > folder.length) found.push(url.slice(folder.length))
  }
  return found
}

/** Refuses what has anything but parts that runs left which did not end. */
async function checkPlace(folder: string, signal: AbortSignal | undefined): Promise<readonly string[]> {
  const names = await namesIn(folder, signal)
  if (names.includes(shardsFile)) {
    const message = `${folder}: there is a table in shards; remove it first, or choose another name: its parts would be replaced one by one`
    throw new SlimbedError('bad-input', message)
  }
  const other = names.find((name) => !isPartName(name))
  if (other === undefined) return names
  throw new SlimbedError('bad-input', `${folder}: there are other objects, such as ${other}; choose another name`)
}

/** Removes parts below a URL, and their records, but those that are named. */
async function removeParts(folder: string, known: ReadonlySet<string>): Promise<void> {
  // That a run was interrupted does not keep it from leaving nothing.
  for (const name of await namesIn(folder, undefined)) {
    if (isPartName(name) && !known.has(name)) await removeObject(within(folder, name), s3Settings())
  }
}

const withSlash = (path: string) => path.replace(/\/*$/, '/')

/** Removes one part below a URL where there is no manifest. */
export async function removeUnreadPart(folder: string, file: string): Promise<void> {
  if (!(await namesIn(folder, undefined)).includes(shardsFile)) await removeObject(within(folder, file), s3Settings())
}

/** Removes the parts below a URL where there is no manifest: nobody can read them. */
export async function removeUnreadParts(path: string): Promise<void> {
  const folder = withSlash(path)
  if (!(await namesIn(folder, undefined)).includes(shardsFile)) await removeParts(folder, new Set())
}

/** Objects below a URL as the place of a table in shards. */
export async function bucketPlace(
  path: string,
  { identity, keep = false, signal }: ShardsPlaceOptions
): Promise<ShardsPlace> {
  const folder = withSlash(path)
  if (s3Address(folder).key === '') {
    throw new SlimbedError('bad-input', `${path}: expected s3://bucket/prefix/, where there is nothing else`)
  }
  await checkPlace(folder, signal)
  let written = false
  return {
    folder,
    async begin() {
      const records = (await checkPlace(folder, signal)).filter((name) => name.endsWith(recordEnding))
      written = true
      if (identity === undefined || records.length === 0) return toldOf(false, false)
      const run = await runOfRecord(within(folder, records[0]))
      return toldOf(run === hashOf(identity), true)
    },
    async finish(manifest) {
      await someAtATime(
        manifest.parts.map((part) => () => checkPart(folder, part)),
        parallel
      )
      await removeParts(folder, new Set(manifest.parts.map(({ file }) => file)))
      await putObject(within(folder, shardsFile), formatShards(manifest), { ...s3Settings(), signal })
      written = false
    },
    async fail(error) {
      const goesOn = keep && (isSlimbedError(error, 'aborted') || isSlimbedError(error, 'io'))
      if (written && !goesOn) await removeParts(folder, new Set())
    }
  }
}

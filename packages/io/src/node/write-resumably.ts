import { createHash } from 'node:crypto'
import { type FileHandle, open, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { ReadableSink } from '@slimbed/core/artefact'
import type { Journal } from '@slimbed/core/resume'
import { isSlimbedError, SlimbedError } from '@slimbed/runtime'
import { fileError } from './errors.js'
import { type ReadJournal, readJournal, writeJournal } from './journal-file.js'
import { sinkOf } from './sink.js'
import { isOtherRunning, ownProcess, sweepTemporaries } from './temporary.js'
import { placeOf, syncFolder } from './write-atomically.js'

/** How often a run writes its place down, in milliseconds. */
const interval = 500

const endings = ['partial', 'journal'] as const

/** The hidden files of a run that can be resumed, which are named for the file that it writes and for all that its bytes follow from. */
const namesOf = (name: string, identity: string) => {
  const hash = createHash('sha256').update(identity).digest('hex').slice(0, 16)
  return endings.map((ending) => `.${name.slice(0, 60)}.${hash}.${ending}`) as [string, string]
}

/** Files of interrupted runs that wrote the same file of something else. */
async function othersOf(folder: string, name: string, own: readonly string[]): Promise<string[]> {
  const begin = `.${name.slice(0, 60)}.`
  const names = await readdir(folder).catch(() => [])
  return names.filter(
    (found) =>
      found.startsWith(begin) &&
      /^[0-9a-f]{16}\.(partial|journal)$/.test(found.slice(begin.length)) &&
      !own.includes(found)
  )
}

const noJournal: ReadJournal = { entries: [], end: 0, torn: false }

/** The journal that an earlier run left, if all bytes that it tells of are there, and in a line what comes of it. */
async function earlierRun(
  partial: string,
  path: string,
  others: number
): Promise<{ found: ReadJournal; told: string }> {
  const found = await readJournal(path)
  const [first] = found.entries
  const owner = found.entries.findLast(({ owner }) => owner !== undefined)?.owner
  if (typeof owner === 'string' && isOtherRunning(owner)) {
    throw new SlimbedError(
      'bad-input',
      `another run is writing this file, process ${owner.split('-')[1]}; wait for it, or stop it`
    )
  }
  const most = Math.max(0, ...found.entries.map(({ size }) => Number(size ?? 0)))
  const handle = await open(partial, 'r').catch(() => undefined)
  const size = (await handle?.stat())?.size ?? -1
  await handle?.close()
  const begin = 'starting from the beginning'
  if (first?.journal === 1 && size >= most && found.entries.some(({ pass }) => pass !== undefined)) {
    return { found, told: 'going on where the run before was interrupted' }
  }
  const why =
    found.torn && !first
      ? 'the journal of the run before is damaged'
      : first
        ? 'the run before was interrupted too early to go on with'
        : others > 0
          ? 'the run before was of another input, pipeline or version'
          : 'there is no run to go on with'
  return { found: noJournal, told: `${why}: ${begin}` }
}

/**
 * Writes a file as `writeAtomically` does, but what a killed or interrupted run has written stays, with a journal of how far it has come: the next run
 * of the same `identity` (all that the bytes of the file follow from) goes on there. `told` is called with a line that says whether it does. Files of runs of
 * another identity that wrote the same file are removed.
 *
 * Rejects as `writeAtomically` does, and with `bad-input` while another process writes the same.
 */
export async function writeResumably<Result>(
  path: string,
  identity: string,
  produce: (sink: ReadableSink, journal: Journal) => Promise<Result>,
  told: (line: string) => void
): Promise<Result> {
  const { target, mode } = await placeOf(path)
  const [folder, name] = [dirname(target), basename(target)]
  await sweepTemporaries(folder)
  const names = namesOf(name, identity)
  const [partial, journalPath] = names.map((own) => join(folder, own)) as [string, string]
  const others = await othersOf(folder, name, names)
  const { found, told: line } = await earlierRun(partial, journalPath, others.length)
  for (const other of others) await rm(join(folder, other), { force: true })
  told(line)
  let handle: FileHandle | undefined
  let writer: Awaited<ReturnType<typeof writeJournal>> | undefined
  try {
    handle = await open(partial, found.end === 0 ? 'w+' : 'r+')
    if (mode !== undefined) await handle.chmod(mode)
    writer = await writeJournal(journalPath, found)
    await writer.append({ ...(found.end === 0 && { journal: 1 }), owner: ownProcess() })
    const { sink, settle } = sinkOf(handle, path)
    const [file, lines] = [handle, writer]
    let last = Date.now()
    const journal: Journal = {
      entries: found.entries,
      due: () => Date.now() - last >= interval,
      async append(entry) {
        await file.datasync()
        await lines.append({ ...entry, size: (await file.stat()).size })
        last = Date.now()
      }
    }
    const result = await produce(sink, journal).catch(async (error) => {
      await settle().catch(() => {})
      throw error
    })
    await settle()
    await handle.sync()
    await handle.close()
    handle = undefined
    await writer.close()
    writer = undefined
    await rename(partial, target)
    await rm(journalPath, { force: true })
    await syncFolder(folder)
    return result
  } catch (error) {
    await handle?.close().catch(() => {})
    await writer?.close().catch(() => {})
    // What was interrupted, or found no room on the disk, can go on; what is wrong with the input cannot.
    const goesOn = isSlimbedError(error, 'aborted') || isSlimbedError(error, 'io')
    if (!goesOn) for (const own of [partial, journalPath]) await rm(own, { force: true })
    throw error instanceof Error && 'syscall' in error ? fileError(path, error) : error
  }
}

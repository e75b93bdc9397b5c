import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { SlimbedError } from '@slimbed/core'
import { isArtefact } from '@slimbed/io'
import { fileSource, isRemote, writeAtomically } from '@slimbed/io/node'
import type { Session } from '../session/session.js'
import { bytesOf } from './artefact.js'

/** The file in which a run keeps its state until it is done. */
export interface CheckpointFile {
  /** The checkpoint to continue from, with `--resume`. */
  readonly resume: Uint8Array | undefined
  write(bytes: Uint8Array): Promise<void>
  /** Shows where the checkpoint is. For runs that fail or are interrupted. */
  tell(): void
  remove(): Promise<void>
}

/** The path of the checkpoint of a run that writes to `output`; undefined for stdout and for an object of a store. */
export const checkpointOf = (output: string): string | undefined =>
  output === '-' || isRemote(output) ? undefined : `${output}.checkpoint`

/** For a run without a checkpoint. */
const none: CheckpointFile = { resume: undefined, async write() {}, tell() {}, async remove() {} }

/** Refuses to replace or remove an existing file that is not a checkpoint. */
async function checkEarlier(path: string): Promise<void> {
  const source = await fileSource(path)
  const ours = await isArtefact(source).finally(() => source.close())
  if (ours) return
  throw new SlimbedError(
    'bad-input',
    `${path}: a run keeps its state here, and this file is none; move it, or choose another -o`
  )
}

/**
 * The checkpoint beside an output, `<output>.checkpoint`. Rejects with `not-found` if there is no checkpoint to continue from.
 * Warns if there is one but no `--resume`.
 */
export async function checkpointFor(output: string, resume: boolean, session: Session): Promise<CheckpointFile> {
  const path = checkpointOf(output)
  if (path === undefined) {
    if (resume) throw new SlimbedError('bad-option', '--resume: a run that writes to stdout or to s3:// keeps no state')
    return none
  }
  const there = existsSync(path)
  if (resume && !there) {
    throw new SlimbedError('not-found', `--resume: there is no ${path}; without --resume training begins anew`)
  }
  if (there) await checkEarlier(path)
  if (there && !resume) session.warn(`${path} of an interrupted run will be replaced; --resume would go on from it`)
  let written = resume
  return {
    resume: resume ? await bytesOf(path, 'the state of a run', session) : undefined,
    async write(bytes) {
      await writeAtomically(path, (sink) => sink.write(bytes, 0))
      written = true
    },
    tell() {
      if (written) session.warn(`${path} holds the last epoch; the same command with --resume goes on from it`)
    },
    remove: () => rm(path, { force: true })
  }
}

import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { SlimbedError } from '@slimbed/core'
import { isArtefact } from '@slimbed/io'
import { fileSource, writeAtomically } from '@slimbed/io/node'
import type { Session } from '../session/session.js'
import { bytesOf } from './artefact.js'

/** Where a run keeps its state until it is done. */
export interface CheckpointFile {
  /** What a run goes on from, when it was asked to. */
  readonly resume: Uint8Array | undefined
  write(bytes: Uint8Array): Promise<void>
  /** Tells where the state is, for a run that ends before its time. */
  tell(): void
  remove(): Promise<void>
}

/** Where the state of a run is kept that writes to `output`; nowhere for stdout. */
export const checkpointOf = (output: string): string | undefined =>
  output === '-' ? undefined : `${output}.checkpoint`

/** Of a run that keeps no state. */
const none: CheckpointFile = { resume: undefined, async write() {}, tell() {}, async remove() {} }

/** Refuses to replace, and remove, a file that is there and that no run has made. */
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
 * The checkpoint beside an output, `<output>.checkpoint`. Rejects with `not-found` when there is none to go on from; warns when
 * there is one that is not asked for.
 */
export async function checkpointFor(output: string, resume: boolean, session: Session): Promise<CheckpointFile> {
  const path = checkpointOf(output)
  if (path === undefined) {
    if (resume) throw new SlimbedError('bad-option', '--resume: a run that writes to stdout keeps no state')
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
    resume: resume ? await bytesOf(path, session) : undefined,
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

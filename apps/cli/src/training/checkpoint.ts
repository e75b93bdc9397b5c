import { existsSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { SlimbedError } from '@slimbed/core'
import { writeAtomically } from '@slimbed/io/node'
import type { Session } from '../session/session.js'

/** Where a run keeps its state until it is done. */
export interface CheckpointFile {
  /** What a run goes on from, when it was asked to. */
  readonly resume: Uint8Array | undefined
  write(bytes: Uint8Array): Promise<void>
  /** Tells where the state is, for a run that ends before its time. */
  tell(): void
  remove(): Promise<void>
}

/**
 * The checkpoint beside an output, `<output>.checkpoint`. Rejects with `not-found` when there is none to go on from; warns when
 * there is one that is not asked for.
 */
export async function checkpointFor(output: string, resume: boolean, session: Session): Promise<CheckpointFile> {
  const path = `${output}.checkpoint`
  const there = existsSync(path)
  if (resume && !there) {
    throw new SlimbedError('not-found', `--resume: there is no ${path}; without --resume training begins anew`)
  }
  if (there && !resume) session.warn(`${path} of an interrupted run will be replaced; --resume would go on from it`)
  let written = resume
  return {
    resume: resume ? await readFile(path) : undefined,
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

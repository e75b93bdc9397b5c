import type { JsonObject } from '@slimbed/core'
import { SlimbedError } from '@slimbed/core'
import type { Spread } from '@slimbed/core/tensor'
import type { WritingFlags } from '../flags/compress.js'
import { closing } from '../open/closing.js'
import { openTensor } from '../open/tensor.js'
import type { Session } from '../session/session.js'
import { loadCluster } from './load.js'
import { checkUnchanged, describeRun } from './program.js'

/** Refuses what workers could not do in the same way. */
function checkFlags(path: string, flags: WritingFlags): void {
  const clash = (what: string) => {
    throw new SlimbedError('bad-option', `--cluster does not go with ${what}: leave one of them out`)
  }
  if (path === '-') clash('an input from stdin')
  if (flags.order === 'words') clash('--order words')
  if (flags.calibrate !== undefined) clash('--calibrate')
  if (flags.pipeline.length !== 1) clash('several --pipeline')
}

/** What a run has of the cluster: the name of its engine, who does its passes, and a check of its input before the output counts. */
export interface OnCluster {
  readonly backend: WritingFlags['backend']
  readonly spread?: Spread
  readonly verify: () => Promise<void>
}

/**
 * Does `work` on the cluster that `--cluster` names, or here without it. Rejects as `coordinate` does, and with `bad-option` for flags that
 * a cluster cannot do.
 */
export async function onCluster<T>(
  path: string,
  pipeline: string,
  versions: Readonly<Record<string, string>>,
  flags: WritingFlags,
  session: Session,
  work: (on: OnCluster) => Promise<T>
): Promise<T> {
  const { cluster: redis, store: flag, output } = flags
  if (redis === undefined) {
    if (flag === undefined) return work({ backend: flags.backend, verify: async () => {} })
    throw new SlimbedError('bad-option', '--store is where a cluster puts its shards: give --cluster, too')
  }
  checkFlags(path, flags)
  const { coordinate } = await loadCluster()
  // It loads what S3 needs.
  const { openStore, storeAt } = await import('./store.js')
  const described = await describeRun(path, pipeline, flags)
  const backend = await closing(openTensor({ backend: flags.backend, threads: 1 }), async (tensor) => tensor.backend)
  const store = storeAt(flag, output)
  const options = {
    redis,
    program: described as unknown as JsonObject,
    versions,
    backend,
    store,
    opened: openStore(store),
    signal: session.signal,
    verify: () => checkUnchanged(described.files),
    onNote: session.warn
  }
  return coordinate(options, (spread) =>
    work({
      backend: backend as WritingFlags['backend'],
      spread,
      verify: () => checkUnchanged(described.files)
    })
  )
}

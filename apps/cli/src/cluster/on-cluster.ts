import type { JsonObject } from '@slimbed/core'
import { SlimbedError } from '@slimbed/core'
import type { Spread } from '@slimbed/core/tensor'
import type { WritingFlags } from '../flags/compress.js'
import { closing } from '../open/closing.js'
import { shardsOf } from '../open/shards-output.js'
import { openTensor } from '../open/tensor.js'
import type { Session } from '../session/session.js'
import type { Divide } from '../shards/divide.js'
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
  /** Has the parts of a table in shards made, where the output is one: the run then begins later. */
  readonly divide?: Divide
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
  const program = described as unknown as JsonObject
  const verify = () => checkUnchanged(described.files)
  const options = {
    redis,
    program,
    versions,
    backend,
    store,
    opened: openStore(store),
    signal: session.signal,
    verify,
    onNote: session.warn
  }
  const engine = backend as WritingFlags['backend']
  const shards = shardsOf(flags)
  if (!shards) return coordinate(options, (spread) => work({ backend: engine, spread, verify }))
  const { counts } = flags
  const divide: Divide = {
    identity: JSON.stringify({ program, shards, counts, versions, backend }),
    over: (found, ended, parts) =>
      coordinate({ ...options, program: { ...program, shards: { ...found, counts } }, ended }, parts)
  }
  return work({ backend: engine, verify, divide })
}

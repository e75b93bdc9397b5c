import { availableParallelism } from 'node:os'
import { SlimbedError } from '@slimbed/core'
import { loadCluster } from '../cluster/load.js'
import { openProgram } from '../cluster/program.js'
import { openStore, storeOf } from '../cluster/store.js'
import { warmEngine } from '../cluster/warm.js'
import type { RedisFlag, StatusFlags, WorkerFlags } from '../flags/cluster.js'
import { print, printJson, type Session } from '../session/session.js'
import { showCluster } from '../show/cluster.js'
import { printable } from '../show/text/printable.js'

/** `slimbed cluster worker`: does work of runs until it is interrupted. */
export async function workerCommand(flags: WorkerFlags & { quiet?: boolean }, session: Session): Promise<void> {
  const { startWorker } = await loadCluster()
  const { redis, silence, threads = availableParallelism(), quiet } = flags
  // Warnings of what is read are those of the coordinator.
  const silent: Session = { ...session, warn: () => {}, progress: { phase: () => () => {}, clear: () => {} } }
  await warmEngine()
  await startWorker({
    redis,
    threads,
    silence,
    signal: session.signal,
    open: (record) => openProgram(record, { ...flags, threads }, silent),
    openStore: async (where) => openStore(where),
    onNote: (line) => {
      if (!quiet) process.stderr.write(`slimbed: ${printable(line)}\n`)
    }
  })
}

/** `slimbed cluster status`. */
export async function statusCommand({ redis, json }: StatusFlags): Promise<void> {
  const { statusOf } = await loadCluster()
  const status = await statusOf(redis)
  await (json ? printJson(status) : print(showCluster(status)))
}

/** `slimbed cluster clear`. Rejects with `not-found` for a run that is not there. */
export async function clearCommand(run: string | undefined, { redis }: RedisFlag): Promise<void> {
  const { clearRuns } = await loadCluster()
  const cleared = await clearRuns(redis, async (where, program) => storeOf(where, program), run)
  if (run !== undefined && cleared.length === 0) {
    throw new SlimbedError('not-found', `there is no run ${run}; "slimbed cluster status" shows those that there are`)
  }
  await print(
    cleared.length === 0 ? 'no run is without a coordinator' : cleared.map((id) => `${id} removed`).join('\n')
  )
}

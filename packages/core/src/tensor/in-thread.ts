import type { Engine, Runner } from './engine.js'
import { runJob } from './worker/kernels.js'

/** Runs jobs on this thread, one at a time. */
export const inThread = (engine: Engine): Runner => ({
  threads: 1,
  limit: 1,
  share: (bytes) => new ArrayBuffer(bytes),
  run: (job) => runJob(engine, job),
  close: () => engine.close()
})

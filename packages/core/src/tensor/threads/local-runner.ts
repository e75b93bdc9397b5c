import type { Engine } from '../engines/engine.js'
import { type JobKind, returnedOf } from '../jobs/job.js'
import { createBufferPool } from './buffer-pool.js'
import type { Runner } from './runner.js'

const none = async (): Promise<never> => {
  throw new Error('there is no engine here')
}

/** Does jobs on the calling thread, one at a time; those that need no engine, where none can be opened. */
export function createLocalRunner(open: () => Promise<Engine> = none): Runner {
  const { lend, release } = createBufferPool()
  return {
    limit: 1,
    apart: false,
    share: (bytes) => new ArrayBuffer(bytes),
    lend,
    lendBytes: (bytes) => new Uint8Array(lend(Math.ceil(bytes / 4)).buffer, 0, bytes),
    release,
    async run<Job extends object, Returned extends keyof Job, Made>(kind: JobKind<Job, Returned, Made>, job: Job) {
      const made = await kind.run(job, open)
      for (const field of kind.reads) {
        const array: unknown = job[field]
        if (ArrayBuffer.isView(array)) release(array)
      }
      return { ...returnedOf<Job, Returned>(kind.returns, job), ...made }
    }
  }
}

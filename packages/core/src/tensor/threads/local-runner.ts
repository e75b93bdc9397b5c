import type { Engine } from '../engines/engine.js'
import { createBufferPool } from './buffer-pool.js'
import type { Runner } from './runner.js'

const none = (): never => {
  throw new Error('there is no engine here')
}

/** Does jobs on the calling thread, one at a time; those that need no engine, where none is given. */
export function createLocalRunner(engine?: Engine): Runner {
  const { lend, release } = createBufferPool()
  const open = async () => engine ?? none()
  return {
    limit: 1,
    share: (bytes) => new ArrayBuffer(bytes),
    lend,
    release,
    async run(kind, job) {
      const made = await kind.run(job, open)
      for (const field of kind.reads) {
        const array: unknown = job[field]
        if (ArrayBuffer.isView(array)) release(array)
      }
      return { ...job, ...made }
    }
  }
}

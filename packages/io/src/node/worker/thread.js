import { parentPort, workerData } from 'node:worker_threads'
import { sliceReader } from './slice.js'

// A thread that parses slices of a file, the next that no other has taken, until there are none.

/** @type {{ job: import('./slice.js').Job, next: Int32Array }} */
const { job, next } = workerData
const read = sliceReader(job)
for (let index = Atomics.add(next, 0, 1); index < job.slices; index = Atomics.add(next, 0, 1)) {
  const slice = read(index)
  // Nobody wants what comes after a line that is wrong.
  if (slice.problem !== undefined || slice.fault) Atomics.store(next, 0, job.slices)
  parentPort?.postMessage({ index, slice }, [slice.words.buffer, slice.ends.buffer])
}

/** @import { Engine, Job } from '../engines/engine.js' */
import { runJob } from '../jobs/run-job.js'

// A thread of the pool: does the jobs it is sent one after the other, since a job may wait for the one before it.

/**
 * @typedef {{ on(event: 'message', listener: (message: { id: number, job: Job, handed: ArrayBuffer[] }) => void): void, postMessage(message: unknown, handed: ArrayBuffer[]): void }} Port
 * @typedef {{ parentPort: Port, workerData: { backend: string, state: Int32Array } }} Threads
 * @typedef {{ getBuiltinModule(name: string): Threads, exit(): never }} Process
 */
const { process } = /** @type {{ process: Process }} */ (/** @type {object} */ (globalThis))
const { parentPort, workerData } = process.getBuiltinModule('node:worker_threads')
const { backend, state } = workerData

/**
 * Does a step unless the pool is being ended. While `state[1]` is 1 the thread may be in native code, where it must not be cut
 * off: Node would abort the whole process.
 * @template T
 * @param {() => Promise<T>} step
 */
async function guarded(step) {
  Atomics.store(state, 1, 1)
  try {
    if (Atomics.load(state, 0) === 1) process.exit()
    return await step()
  } finally {
    Atomics.store(state, 1, 0)
    Atomics.notify(state, 1)
  }
}

/** @returns {Promise<Engine>} */
async function open() {
  const { openEngine } = await import('../engines/open.js')
  const engine = await guarded(() => openEngine(backend))
  const { panels, signs } = engine
  return {
    product: (...args) => guarded(() => engine.product(...args)),
    crossProduct: (...args) => guarded(() => engine.crossProduct(...args)),
    ...(panels && { panels: (...args) => guarded(() => panels(...args)) }),
    ...(signs && { signs: (...args) => guarded(() => signs(...args)) }),
    close: () => engine.close()
  }
}

/** @type {Promise<unknown>} */
let last = Promise.resolve()
/** @type {Promise<Engine> | undefined} */
let engine
/** Opened when a job asks for it: some need none. */
const opened = () => (engine ??= open())
parentPort.on('message', ({ id, job, handed }) => {
  last = last.then(async () => {
    await runJob(opened, job)
    parentPort.postMessage({ id, handed }, handed)
  })
})

/** @import { Engine, Job } from '../engine.js' */
import { openEngine } from './engines.js'
import { runJob } from './kernels.js'

// A thread of the pool: does the jobs it is sent one after the other, since a job may wait for the one before it.

/**
 * @typedef {{ on(event: 'message', listener: (message: { id: number, job: Job }) => void): void, postMessage(message: unknown): void }} Port
 * @typedef {{ parentPort: Port, workerData: { backend: string } }} Threads
 */
const { process } = /** @type {{ process: { getBuiltinModule(name: string): Threads } }} */ (
  /** @type {object} */ (globalThis)
)
const { parentPort, workerData } = process.getBuiltinModule('node:worker_threads')

/** @type {Promise<Engine>} */
const engine = openEngine(workerData.backend)
/** @type {Promise<unknown>} */
let last = engine
parentPort.on('message', ({ id, job }) => {
  last = last.then(async () => {
    await runJob(await engine, job)
    parentPort.postMessage(id)
  })
})

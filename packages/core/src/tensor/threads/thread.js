/** @import { Engine } from '../engines/engine.js' */
import { kindsByName } from '../jobs/kinds.js'

// A thread of the pool: does the jobs it is sent one after the other, since a job may wait for the one before it.

/**
 * @typedef {{ id: number, kind: string, job: Record<string, Float32Array<ArrayBuffer>>, moved: readonly string[] }} Message
 * @typedef {{ on(event: 'message', listener: (message: Message) => void): void, postMessage(message: unknown, moved: ArrayBuffer[]): void }} Port
 * @typedef {{ parentPort: Port, workerData: { backend: string, url?: string, state: Int32Array } }} Threads
 * @typedef {{ getBuiltinModule(name: string): Threads, exit(): never }} Process
 */
const { process } = /** @type {{ process: Process }} */ (/** @type {object} */ (globalThis))
const { parentPort, workerData } = process.getBuiltinModule('node:worker_threads')
const { backend, url, state } = workerData

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
  const { openEngine } = await import('../engines/engines.js')
  const engine = await guarded(() => openEngine(backend, url))
  const { panels, signs } = engine
  return {
    product: (...args) => guarded(() => engine.product(...args)),
    crossProduct: (...args) => guarded(() => engine.crossProduct(...args)),
    ...(panels && { panels: (...args) => guarded(() => panels(...args)) }),
    ...(signs && { signs: (...args) => guarded(() => signs(...args)) }),
    close: () => engine.close()
  }
}

/**
 * The memory of the arrays that a job made.
 * @param {unknown} made
 */
function memoryOf(made) {
  const buffers = Object.values(made ?? {}).flatMap((value) => (ArrayBuffer.isView(value) ? [value.buffer] : []))
  return new Set(buffers.filter((buffer) => buffer instanceof ArrayBuffer))
}

/** @type {Promise<unknown>} */
let last = Promise.resolve()
/** @type {Promise<Engine> | undefined} */
let engine
/** Opened when a job asks for it: some need none. */
const opened = () => (engine ??= open())
parentPort.on('message', ({ id, kind, job, moved }) => {
  last = last.then(async () => {
    const known = kindsByName.get(kind)
    if (!known) throw new Error(`this thread knows no job "${kind}"`)
    const made = await known.run(job, opened)
    const arrays = moved.map((field) => job[field])
    parentPort.postMessage({ id, arrays, made }, [...arrays.map(({ buffer }) => buffer), ...memoryOf(made)])
  })
})

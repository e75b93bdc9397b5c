import { SlimbedError } from '@slimbed/runtime'
import { type JobKind, type Movable, returnedOf } from '../jobs/job.js'
import { createBufferPool } from './buffer-pool.js'
import { isNode, type NodeWorker, nodeBuiltin } from './node-builtins.js'
import type { Runner } from './runner.js'

/** How long to wait for a running product to end, in milliseconds. */
const patience = 10_000

const threadUrl = new URL('./thread.js', import.meta.url)

/** Whether threads can be started: in Node, unless a bundler has omitted the thread's file. */
export const canStartThreads = (): boolean => isNode() && nodeBuiltin('node:fs')?.existsSync(threadUrl) === true

/** A job under way. */
interface Pending {
  readonly thread: Thread
  /** What to do with each array that was moved to the thread, once it is back. */
  readonly received: readonly ((array: Movable) => void)[]
  readonly resolve: (made: unknown) => void
  readonly reject: (error: unknown) => void
}

/** What a thread says of a job that is done: the arrays that were moved to it, and what it made. */
interface Answer {
  readonly id: number
  readonly arrays: readonly Movable[]
  readonly made: unknown
}

interface Thread {
  readonly worker: NodeWorker
  /** Set to 1 at 0 to end the thread; 1 at 1 while its engine computes. */
  readonly state: Int32Array
  pending: number
}

/** Whether something is an array that has to be moved to a thread: memory that is shared is there already. */
const canMove = (value: unknown): value is Movable =>
  (value instanceof Float32Array || value instanceof Float64Array || value instanceof Uint8Array) &&
  !(value.buffer instanceof SharedArrayBuffer)

/**
 * Threads that each hold an engine of their own and take turns at jobs.
 *
 * It is a class because it guards state: every running job belongs to a live thread. If a thread dies, the whole pool ends, since
 * jobs wait for each other: all pending jobs reject with one error, and nothing keeps running.
 */
export class ThreadPool implements Runner {
  readonly limit: number
  readonly apart = true
  readonly #engine: { readonly backend: string; readonly url?: string | undefined }
  readonly #threads: Thread[] = []
  readonly #pending = new Map<number, Pending>()
  readonly #buffers = createBufferPool()
  /** Arrays that move are new ones on either side each time, which keeps the collector of garbage busy: short rows need not move. */
  readonly #shared = createBufferPool((bytes) => this.share(bytes))
  #next = 0
  #failure: SlimbedError | undefined

  /** The engine of each thread: its name, and where its package lies when that is known. */
  constructor(engine: { readonly backend: string; readonly url?: string | undefined }, threads: number) {
    this.#engine = engine
    this.limit = 2 * threads
    for (let i = 0; i < threads; i++) this.#start()
    nodeBuiltin('node:process')?.on('exit', this.#interrupt)
  }

  share(bytes: number): SharedArrayBuffer {
    return new SharedArrayBuffer(bytes)
  }

  lend(length: number): Float32Array {
    return this.#buffers.lend(length)
  }

  lendBytes(bytes: number): Uint8Array {
    return new Uint8Array(this.#shared.lend(Math.ceil(bytes / 4)).buffer, 0, bytes)
  }

  release(lent: ArrayBufferView): void {
    this.#buffers.release(lent)
    this.#shared.release(lent)
  }

  run<Job extends object, Returned extends keyof Job, Made>(
    kind: JobKind<Job, Returned, Made>,
    job: Job
  ): Promise<Pick<Job, Returned> & Made> {
    if (this.#failure) return Promise.reject(this.#failure)
    const thread = this.#threads.reduce((least, other) => (other.pending < least.pending ? other : least))
    const id = this.#next++
    const fields: Record<string, unknown> = Object.fromEntries(Object.entries(job))
    const result = returnedOf<Job, Returned>(kind.returns, job)
    const moved: string[] = []
    const buffers: ArrayBufferLike[] = []
    const received: ((array: Movable) => void)[] = []
    const move = (field: string, array: Movable, receive: (array: Movable) => void) => {
      this.#buffers.forget(array)
      fields[field] = array
      moved.push(field)
      buffers.push(array.buffer)
      received.push(receive)
    }
    const reuse = ({ buffer }: Movable) => this.#buffers.restore(buffer)
    for (const field of kind.reads) {
      const given = fields[field]
      if (canMove(given)) move(field, this.#lentCopyOf(given), reuse)
    }
    for (const field of kind.fills) {
      const given = fields[field]
      if (!canMove(given)) continue
      move(field, this.lend(given.length), (array) => {
        given.set(array)
        reuse(array)
      })
    }
    for (const field of kind.returns) {
      const lent = fields[field]
      if (!canMove(lent)) continue
      move(field, lent, (array) => {
        this.#buffers.resume(array.buffer)
        Object.assign(result, { [field]: array })
      })
    }
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { thread, received, resolve: (made) => resolve({ ...result, ...(made as Made) }), reject })
      if (thread.pending++ === 0) thread.worker.ref()
      thread.worker.postMessage({ id, kind: kind.name, job: fields, moved }, buffers)
    })
  }

  /** The array itself where it was lent, else a copy that is. */
  #lentCopyOf(array: Movable): Movable {
    if (this.#buffers.owns(array)) return array
    const copy = this.lend(array.length)
    copy.set(array)
    return copy
  }

  async close(): Promise<void> {
    this.#fail(new SlimbedError('aborted', 'the tensor adapter was closed'))
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()))
    nodeBuiltin('node:process')?.off('exit', this.#interrupt)
  }

  #start(): void {
    const { Worker } = nodeBuiltin('node:worker_threads')!
    // No execArgv: flags meant for the program, such as --input-type, would keep the thread from starting.
    const state = new Int32Array(this.share(8))
    const options = { name: 'slimbed', workerData: { ...this.#engine, state }, execArgv: [] }
    const thread: Thread = { worker: new Worker(threadUrl, options), state, pending: 0 }
    thread.worker.unref()
    thread.worker.on('message', (answer) => this.#done(answer as Answer))
    const die = (error: SlimbedError) => {
      Atomics.store(state, 1, 0)
      this.#fail(error)
    }
    thread.worker.on('error', (error) => die(lost(`failed: ${error.message.split('\n')[0]}`, error)))
    thread.worker.on('exit', (code) => die(lost(`stopped with exit code ${code}`)))
    this.#threads.push(thread)
  }

  /** Stops threads from starting another product: ending a thread while it is in native code aborts the process. */
  readonly #interrupt = (): void => {
    for (const { state } of this.#threads) Atomics.store(state, 0, 1)
    for (const { state } of this.#threads) Atomics.wait(state, 1, 1, patience)
  }

  #done({ id, arrays, made }: Answer): void {
    const job = this.#pending.get(id)
    if (!job) return
    this.#pending.delete(id)
    // An idle thread does not keep the program alive.
    if (--job.thread.pending === 0) job.thread.worker.unref()
    for (const [i, receive] of job.received.entries()) receive(arrays[i])
    job.resolve(made)
  }

  #fail(error: SlimbedError): void {
    if (this.#failure) return
    this.#failure = error
    const pending = [...this.#pending.values()]
    this.#pending.clear()
    this.#buffers.clear()
    this.#shared.clear()
    this.#interrupt()
    for (const { worker } of this.#threads) void worker.terminate()
    for (const { reject } of pending) reject(error)
  }
}

function lost(what: string, cause?: Error): SlimbedError {
  const remedy = 'nothing was kept; run again, or with one thread'
  return new SlimbedError('io', `a computing thread ${what}; ${remedy}`, { cause })
}

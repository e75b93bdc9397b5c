import { SlimbedError } from '@slimbed/runtime'
import type { Job, Runner } from './engine.js'
import { createLending } from './lending.js'
import { builtin, type NodeWorker } from './node.js'

/** Milliseconds that one product may take to end. */
const patience = 10_000

const threadUrl = new URL('./worker/thread.js', import.meta.url)

/** Whether threads can be had: in Node, unless a bundler has left the file of the thread behind. */
export const hasThreads = (): boolean =>
  builtin('node:worker_threads') !== undefined && builtin('node:fs')?.existsSync(threadUrl) === true

type Result = Float32Array | Float64Array

interface Pending {
  readonly thread: Thread
  /** Where results belong: those in the last of the memory handed over. */
  readonly results: readonly Result[]
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** What a thread says of a job that is done: its memory is back. */
interface Answer {
  readonly id: number
  readonly handed: readonly ArrayBuffer[]
}

interface Thread {
  readonly worker: NodeWorker
  /** Set to 1 at 0 to end the thread; 1 at 1 while its engine computes. */
  readonly state: Int32Array
  pending: number
}

/**
 * Threads that each hold an engine of their own and take turns at jobs.
 *
 * The state that a class guards: every job under way belongs to a live thread. One that dies takes the pool with it, as jobs
 * wait for each other; all that is pending rejects with one error, and nothing is left running.
 */
export class Pool implements Runner {
  readonly limit: number
  readonly #backend: string
  readonly #threads: Thread[] = []
  readonly #pending = new Map<number, Pending>()
  readonly #lending = createLending()
  #next = 0
  #failure: SlimbedError | undefined

  constructor(backend: string, threads: number) {
    this.#backend = backend
    this.limit = 2 * threads
    for (let i = 0; i < threads; i++) this.#start()
    builtin('node:process')?.on('exit', this.#interrupt)
  }

  share(bytes: number): SharedArrayBuffer {
    return new SharedArrayBuffer(bytes)
  }

  lend(length: number): Float32Array {
    return this.#lending.lend(length)
  }

  release(lent: Float32Array): void {
    this.#lending.release(lent)
  }

  run(job: Job): Promise<void> {
    if (this.#failure) return Promise.reject(this.#failure)
    const thread = this.#threads.reduce((least, other) => (other.pending < least.pending ? other : least))
    const id = this.#next++
    const handed: ArrayBuffer[] = []
    const hand = (data: Float32Array) => {
      if (data.buffer instanceof SharedArrayBuffer) return data
      const own = this.#lending.owns(data) ? data : this.#lending.lend(data.length)
      if (own !== data) own.set(data)
      this.#lending.forget(own)
      handed.push(own.buffer as ArrayBuffer)
      return own
    }
    const results: Result[] = []
    const receive = (data: Result) => {
      const room = this.#lending.lend(data.byteLength / 4)
      this.#lending.forget(room)
      handed.push(room.buffer as ArrayBuffer)
      results.push(data)
      return data instanceof Float32Array ? room : new Float64Array(room.buffer, 0, data.length)
    }
    const sent = {
      ...job,
      input: hand(job.input),
      ...('left' in job && !job.basis && { left: hand(job.left) }),
      ...('left' in job && job.basis && { left: receive(job.left) }),
      ...('output' in job && { output: receive(job.output) })
    }
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { thread, results, resolve, reject })
      if (thread.pending++ === 0) thread.worker.ref()
      thread.worker.postMessage({ id, job: sent, handed }, handed)
    })
  }

  async close(): Promise<void> {
    this.#fail(new SlimbedError('aborted', 'the tensor adapter was closed'))
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()))
    builtin('node:process')?.off('exit', this.#interrupt)
  }

  #start(): void {
    const { Worker } = builtin('node:worker_threads')!
    // No execArgv: flags meant for the program, such as --input-type, would keep the thread from starting.
    const state = new Int32Array(this.share(8))
    const options = { name: 'slimbed', workerData: { backend: this.#backend, state }, execArgv: [] }
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

  /** Keeps threads from computing any more: a thread that is ended while in native code aborts the process. */
  readonly #interrupt = (): void => {
    for (const { state } of this.#threads) Atomics.store(state, 0, 1)
    for (const { state } of this.#threads) Atomics.wait(state, 1, 1, patience)
  }

  #done({ id, handed }: Answer): void {
    const job = this.#pending.get(id)
    if (!job) return
    this.#pending.delete(id)
    // An idle thread does not keep the program alive.
    if (--job.thread.pending === 0) job.thread.worker.unref()
    for (const [i, result] of job.results.entries()) {
      const buffer = handed[handed.length - job.results.length + i]!
      result.set(new (result instanceof Float32Array ? Float32Array : Float64Array)(buffer, 0, result.length))
    }
    for (const buffer of handed) this.#lending.restore(buffer)
    job.resolve()
  }

  #fail(error: SlimbedError): void {
    if (this.#failure) return
    this.#failure = error
    const pending = [...this.#pending.values()]
    this.#pending.clear()
    this.#lending.clear()
    this.#interrupt()
    for (const { worker } of this.#threads) void worker.terminate()
    for (const { reject } of pending) reject(error)
  }
}

function lost(what: string, cause?: Error): SlimbedError {
  const remedy = 'nothing was kept; run again, or with one thread'
  return new SlimbedError('io', `a computing thread ${what}; ${remedy}`, { cause })
}

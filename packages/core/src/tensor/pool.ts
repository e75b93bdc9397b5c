import { SlimbedError } from '@slimbed/runtime'
import type { Job, Runner } from './engine.js'
import { builtin, type NodeWorker } from './node.js'

/** Milliseconds that one product may take to end. */
const patience = 10_000

const threadUrl = new URL('./worker/thread.js', import.meta.url)

/** Whether threads can be had: in Node, unless a bundler has left the file of the thread behind. */
export const hasThreads = (): boolean =>
  builtin('node:worker_threads') !== undefined && builtin('node:fs')?.existsSync(threadUrl) === true

interface Pending {
  readonly thread: Thread
  /** Takes the result over; called before the job counts as done. */
  readonly finish: () => void
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
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
  /** Memory of finished jobs, used again. */
  readonly #spare: SharedArrayBuffer[] = []
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

  run(job: Job): Promise<void> {
    if (this.#failure) return Promise.reject(this.#failure)
    const thread = this.#threads.reduce((least, other) => (other.pending < least.pending ? other : least))
    const id = this.#next++
    const borrowed: SharedArrayBuffer[] = []
    const borrow = (length: number) => {
      const buffer = this.#borrow(length * 4)
      borrowed.push(buffer)
      return new Float32Array(buffer, 0, length)
    }
    const input = job.input.buffer instanceof SharedArrayBuffer ? job.input : borrow(job.input.length)
    if (input !== job.input) input.set(job.input)
    const output = 'output' in job ? borrow(job.output.length) : undefined
    return new Promise((resolve, reject) => {
      const finish = () => {
        if (output && 'output' in job) job.output.set(output)
        this.#spare.push(...borrowed)
      }
      this.#pending.set(id, { thread, finish, resolve, reject })
      if (thread.pending++ === 0) thread.worker.ref()
      thread.worker.postMessage({ id, job: output ? { ...job, input, output } : { ...job, input } })
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
    thread.worker.on('message', (id) => this.#done(id as number))
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

  #borrow(bytes: number): SharedArrayBuffer {
    const at = this.#spare.findIndex((buffer) => buffer.byteLength >= bytes && buffer.byteLength <= 2 * bytes)
    return at < 0 ? new SharedArrayBuffer(bytes) : this.#spare.splice(at, 1)[0]!
  }

  #done(id: number): void {
    const job = this.#pending.get(id)
    if (!job) return
    this.#pending.delete(id)
    // An idle thread does not keep the program alive.
    if (--job.thread.pending === 0) job.thread.worker.unref()
    job.finish()
    job.resolve()
  }

  #fail(error: SlimbedError): void {
    if (this.#failure) return
    this.#failure = error
    const pending = [...this.#pending.values()]
    this.#pending.clear()
    this.#spare.length = 0
    this.#interrupt()
    for (const { worker } of this.#threads) void worker.terminate()
    for (const { reject } of pending) reject(error)
  }
}

function lost(what: string, cause?: Error): SlimbedError {
  const remedy = 'nothing was kept; run again, or with one thread'
  return new SlimbedError('io', `a computing thread ${what}; ${remedy}`, { cause })
}

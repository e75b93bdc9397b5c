import { SlimbedError } from '@slimbed/runtime'
import type { Job, Made, Runner } from '../engines/engine.js'
import { createLending } from './buffer-pool.js'
import { builtin, type NodeWorker } from './node-builtins.js'

/** Milliseconds that one product may take to end. */
const patience = 10_000

const threadUrl = new URL('./thread.js', import.meta.url)

/** Whether threads can be had: in Node, unless a bundler has left the file of the thread behind. */
export const hasThreads = (): boolean =>
  builtin('node:worker_threads') !== undefined && builtin('node:fs')?.existsSync(threadUrl) === true

interface Pending {
  readonly thread: Thread
  /** For each piece of memory handed over what becomes of it when it is back, unless it is merely used again. */
  readonly returns: readonly (((buffer: ArrayBuffer, made: Writable<Made>) => void) | undefined)[]
  readonly resolve: (made: Made) => void
  readonly reject: (error: unknown) => void
}

type Writable<T> = { -readonly [K in keyof T]: T[K] }

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

  release(lent: ArrayBufferView): void {
    this.#lending.release(lent)
  }

  run(job: Job): Promise<Made> {
    if (this.#failure) return Promise.reject(this.#failure)
    const thread = this.#threads.reduce((least, other) => (other.pending < least.pending ? other : least))
    const id = this.#next++
    const handed: ArrayBuffer[] = []
    const returns: Pending['returns'][number][] = []
    const give = (lent: ArrayBufferView, back?: Pending['returns'][number]) => {
      this.#lending.forget(lent)
      handed.push(lent.buffer as ArrayBuffer)
      returns.push(back)
    }
    const hand = (data: Float32Array) => {
      if (data.buffer instanceof SharedArrayBuffer) return data
      const own = this.#lending.owns(data) ? data : this.#lending.lend(data.length)
      if (own !== data) own.set(data)
      give(own)
      return own
    }
    const receive = (data: Float32Array) => {
      if (data.buffer instanceof SharedArrayBuffer) return data
      const room = this.#lending.lend(data.length)
      give(room, (buffer) => data.set(new Float32Array(buffer, 0, data.length)))
      return room
    }
    const keep = (name: keyof Made, lent: Float32Array | Float64Array | Uint8Array) => {
      const Kind = lent.constructor as new (buffer: ArrayBuffer, at: number, length: number) => never
      const { length } = lent
      give(lent, (buffer, made) => {
        this.#lending.resume(buffer)
        made[name] = new Kind(buffer, 0, length)
      })
    }
    if (job.kernel === 'compare' && job.basis) keep('left', job.left)
    if (job.kernel === 'encode') keep('codes', job.codes)
    if ((job.kernel === 'compare' || job.kernel === 'encode') && job.sums) keep('sums', job.sums)
    const sent = {
      ...job,
      input: hand(job.input),
      ...(job.kernel === 'compare' && !job.basis && { left: hand(job.left) }),
      ...('output' in job && { output: receive(job.output) })
    }
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { thread, returns, resolve, reject })
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
    const made = {}
    for (const [i, buffer] of handed.entries()) {
      job.returns[i]?.(buffer, made)
      // Memory that holds what was made is the caller's now.
      if (!this.#lending.owns(new Uint8Array(buffer))) this.#lending.restore(buffer)
    }
    job.resolve(made)
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

import { Worker } from 'node:worker_threads'
import { throwIfAborted } from '@slimbed/core/blocks'
import { SlimbedError } from '@slimbed/runtime'
import type { Bounds, ColumnChunk, Contents, Numbers, ParquetDecoder } from '../parquet/decoder.js'

const program = new URL('./worker/parquet-thread.js', import.meta.url)

/** What a thread is asked for. */
export interface Task {
  readonly kind: 'contents' | 'numbers' | 'words'
  readonly bytes?: Uint8Array<ArrayBuffer>
  readonly chunk?: ColumnChunk
  readonly dim?: number | undefined
}

/** What it answers: what was asked for, or why there is none. */
export interface Answer {
  readonly result?: unknown
  readonly problem?: string
}

/** How long a thread may work in any case, in seconds; and for a MB. */
const patience = 30
const patiencePerMB = 1
/** Memory that a thread may take in any case, in MB, and bytes for each value: lists of JavaScript, and numbers as large objects. */
const memory = 512
const memoryPerValue = 64
/** How long a thread waits for more to do, in ms. */
const idle = 500

/** The thread that is there, which all files share. */
let held: { readonly worker: Worker; readonly megabytes: number } | undefined
let leaving: NodeJS.Timeout | undefined
let queue: Promise<unknown> = Promise.resolve()

function stop(): void {
  // A thread that ends has nothing left to do: nobody waits for it.
  void held?.worker.terminate()
  held = undefined
}

/** A thread with so much memory, or more. */
function threadWith(megabytes: number): Worker {
  if (held && held.megabytes < megabytes) stop()
  if (!held) {
    const resourceLimits = { maxOldGenerationSizeMb: megabytes }
    const worker = new Worker(program, { name: 'slimbed-parquet', execArgv: [], resourceLimits })
    // Whoever waits for it hears of it; nobody else has to.
    worker.on('error', () => {})
    worker.on('exit', () => {
      if (held?.worker === worker) held = undefined
    })
    held = { worker, megabytes }
  }
  return held.worker
}

async function runTask(task: Task, { what, bytes, values, signal }: Bounds, seconds: number): Promise<unknown> {
  throwIfAborted(signal)
  clearTimeout(leaving)
  const bad = (why: string, cause?: unknown) => new SlimbedError('bad-input', `${what}: ${why}`, { cause })
  // Whole powers of two, so that groups of about one size share a thread.
  const megabytes = memory * 2 ** Math.ceil(Math.log2(1 + (values * memoryPerValue) / 1e6 / memory))
  const most = seconds + (patiencePerMB * bytes) / 1e6
  const worker = threadWith(megabytes)
  worker.ref()
  const ended = new AbortController()
  try {
    const answer = await new Promise<Answer>((resolve, reject) => {
      const late = () => reject(bad(`takes longer than ${Math.ceil(most)} s to read, as a damaged file does`))
      const timer = setTimeout(late, most * 1000)
      const aborted = () => reject(signal?.reason)
      const failed = (error: Error & { code?: unknown }) => {
        const full = error.code === 'ERR_WORKER_OUT_OF_MEMORY'
        const advice = 'it is damaged, or needs smaller row groups'
        reject(full ? bad(`takes more than ${megabytes} MB to read: ${advice}`, error) : bad(error.message, error))
      }
      const left = () => reject(bad('the thread that reads it has ended'))
      worker.on('message', resolve).on('error', failed).on('messageerror', failed).on('exit', left)
      signal?.addEventListener('abort', aborted)
      ended.signal.addEventListener('abort', () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', aborted)
        worker.off('message', resolve).off('error', failed).off('messageerror', failed).off('exit', left)
      })
      const { buffer } = task.bytes ?? task.chunk?.bytes ?? new Uint8Array()
      worker.postMessage(task, [buffer])
    })
    if (answer.problem !== undefined) throw bad(answer.problem)
    return answer.result
  } catch (error) {
    stop()
    throwIfAborted(signal)
    throw error
  } finally {
    ended.abort()
    // No program has to wait for a thread that does nothing.
    worker.unref()
    leaving = setTimeout(stop, idle).unref()
  }
}

/** A decoder on a thread, which is stopped where it takes `seconds`, and more for large parts. */
export function parquetOnThread(seconds = patience): ParquetDecoder {
  /** One after another: time is counted from where the thread begins. */
  function ask<Result>(task: Task, bounds: Bounds): Promise<Result> {
    const result = queue.then(() => runTask(task, bounds, seconds))
    queue = result.catch(() => {})
    return result as Promise<Result>
  }
  return {
    contents: (bytes, bounds) => ask<Contents>({ kind: 'contents', bytes }, bounds),
    numbers: (chunk, dim, bounds) => ask<Numbers>({ kind: 'numbers', chunk, dim }, bounds),
    words: (chunk, bounds) => ask<readonly string[]>({ kind: 'words', chunk }, bounds)
  }
}

import { Worker } from 'node:worker_threads'
import { throwIfAborted } from '@slimbed/core/blocks'
import { SlimbedError } from '@slimbed/runtime'
import type { Watch } from '../source/chunks.js'
import { endedEarly, grown } from '../source/source.js'
import type { TextPlace } from '../text/layout.js'
import { tooLong } from '../text/longest-line.js'
import type { Parsed } from '../text/parse-stream.js'
import { fileError } from './errors.js'
import type { LocalSource } from './handle-source.js'
import type { Fault, Job, Slice } from './worker/slice.js'

const threadUrl = new URL('./worker/thread.js', import.meta.url)

/** How a text is divided among threads. */
export interface Sharing {
  readonly threads: number
  /** Bytes of the file that a thread takes at a time. */
  readonly sliceBytes: number
  /** The program of each thread; tests use other ones. */
  readonly program?: URL | undefined
}

function errorOf(fault: Fault, file: LocalSource): SlimbedError {
  if (fault.kind === 'ended') return endedEarly(file, fault.at)
  if (fault.kind === 'grown') return grown(file, fault.size)
  if (fault.kind === 'long') return new SlimbedError('bad-input', `${file.name}: ${tooLong}`)
  return fileError(file.name, Object.assign(new Error(fault.message), { code: fault.code }))
}

/** The slices of a job, available as soon as threads have parsed them. */
class Slices {
  private readonly ready = new Map<number, Slice>()
  private readonly workers: Worker[] = []
  private running = 0
  private failure: SlimbedError | undefined
  private wake = () => {}

  constructor(
    private readonly name: string,
    job: Job,
    { threads, program = threadUrl }: Sharing
  ) {
    const workerData = { job, next: new Int32Array(new SharedArrayBuffer(4)) }
    // No execArgv: flags meant for the program, such as --input-type, would keep the thread from starting.
    for (let i = 0; i < threads; i++) this.start(new Worker(program, { name: 'slimbed', workerData, execArgv: [] }))
  }

  private start(worker: Worker): void {
    this.workers.push(worker)
    this.running++
    worker.on('message', ({ index, slice }: { index: number; slice: Slice }) => {
      this.ready.set(index, slice)
      this.wake()
    })
    worker.on('error', (error) => this.lose(`failed: ${error.message.split('\n')[0]}`, error))
    worker.on('exit', (code) => {
      // Threads end by themselves when there are no slices left. Nobody waits for a slice then.
      if (--this.running === 0 || code !== 0) this.lose(`stopped with exit code ${code}`)
    })
  }

  private lose(what: string, cause?: Error): void {
    const message = `${this.name}: a reading thread ${what}; nothing was kept; run again, or with one thread`
    this.failure ??= new SlimbedError('io', message, { cause })
    this.wake()
  }

  /** Slice `index`, once it has been parsed. Rejects with `io` when a thread is lost, and with `aborted`. */
  async take(index: number, signal: AbortSignal | undefined): Promise<Slice> {
    const woken = () => this.wake()
    signal?.addEventListener('abort', woken)
    try {
      for (;;) {
        throwIfAborted(signal)
        const slice = this.ready.get(index)
        if (slice && this.ready.delete(index)) return slice
        if (this.failure) throw this.failure
        await new Promise<void>((resolve) => {
          this.wake = resolve
        })
      }
    } finally {
      signal?.removeEventListener('abort', woken)
    }
  }

  /** Resolves when no thread is left. */
  async close(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.terminate()))
  }
}

/**
 * The lines of a file from byte `place.start`, parsed on several threads that read it themselves; blocks come in the
 * order of the file, their values in shared memory.
 *
 * Rejects as the file does, with `bad-input` for a line that is too long, with `aborted`, and with `io` when a thread is
 * lost. In any case no thread is left.
 */
export async function* parseOnThreads(
  file: LocalSource,
  { dim, start, wordless }: TextPlace,
  { progress, signal }: Watch,
  sharing: Sharing
): AsyncGenerator<Parsed> {
  const { sliceBytes } = sharing
  const { fd, size } = file
  const slices = Math.ceil((size - start) / sliceBytes)
  throwIfAborted(signal)
  const parsed = new Slices(file.name, { fd, size, start, dim, sliceBytes, slices, wordless }, sharing)
  try {
    for (let index = 0; index < slices; index++) {
      const slice = await parsed.take(index, signal)
      yield slice
      if (slice.fault) throw errorOf(slice.fault, file)
      progress?.(Math.min(start + (index + 1) * sliceBytes, size), size)
    }
  } finally {
    await parsed.close()
  }
}

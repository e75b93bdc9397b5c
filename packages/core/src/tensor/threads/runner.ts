import type { JobKind } from '../jobs/job.js'
import type { Spread } from '../spread/spread.js'

/** Runs jobs, on the calling thread or on several other ones. */
export interface Runner {
  /** How many jobs should run or wait at a time. */
  readonly limit: number
  /** Whether jobs run on other threads, where they may wait for files. */
  readonly apart: boolean
  /** Zeroed memory that jobs can write to, and that costs nothing to hand to them. */
  share(bytes: number): ArrayBufferLike
  /**
   * Memory for this many values, with arbitrary content. A job that reads it gives it back to the runner; one that returns it
   * leaves it with the caller.
   */
  lend(length: number): Float32Array
  /** Memory of so many bytes, with arbitrary content, that jobs read and write where it is: the caller has it until the caller releases it. */
  lendBytes(bytes: number): Uint8Array
  /** Takes back lent memory that is no longer needed. */
  release(lent: ArrayBufferView): void
  /** Jobs begin in the order of the calls. Resolves to what the job returns and makes; rejects when the engine fails. */
  run<Job extends object, Returned extends keyof Job, Made>(
    kind: JobKind<Job, Returned, Made>,
    job: Job
  ): Promise<Pick<Job, Returned> & Made>
}

/** The runners of one engine: the calling thread, and other threads once there is enough work. */
export interface Runners {
  readonly threads: number
  /** Floating-point operations a second that the engine does on one thread, roughly. */
  readonly speed: number
  /** Who does the parts of passes. */
  readonly spread: Spread
  /** The runner for a pass of this many floating-point operations. The results are the same bytes with any runner. */
  forProducts(operations: number): Runner
  /** The same for a pass of the compiled loops over so many values, which need no engine. */
  forLoops(values: number): Runner
  close(): Promise<void>
}

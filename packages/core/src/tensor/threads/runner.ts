import type { JobKind } from '../jobs/job.js'

/** What does jobs: the calling thread, or several others. */
export interface Runner {
  /** Jobs worth keeping under way at a time. */
  readonly limit: number
  /** Zeroed memory that jobs can write to, and that costs nothing to hand to them. */
  share(bytes: number): ArrayBufferLike
  /**
   * Memory for so many values, of any content. A job that reads it gives it back to the runner; one that returns it leaves it with the
   * caller.
   */
  lend(length: number): Float32Array
  /** Takes back what was lent and is not needed. */
  release(lent: ArrayBufferView): void
  /** Jobs begin in the order of the calls. Resolves to the arrays that the job returns; rejects when the engine fails. */
  run<Job extends object, Returned extends keyof Job>(
    kind: JobKind<Job, Returned>,
    job: Job
  ): Promise<Pick<Job, Returned>>
}

/** The runners of one engine: its calling thread, and other threads once there is work enough. */
export interface Runners {
  readonly threads: number
  /** What should do a pass of so many floating-point operations; the results are the same bytes either way. */
  forProducts(operations: number): Runner
  /** The same for a pass of the compiled loops over so many values, which need no engine. */
  forLoops(values: number): Runner
  close(): Promise<void>
}

import type { Engine } from '../engines/engine.js'

/** An array that can go to a thread and come back. */
export type Movable = Float32Array | Float64Array | Uint8Array

/** The fields of a job that may hold an array of some type. */
type FieldsOf<Job, Held> = {
  [Field in keyof Job & string]: NonNullable<Job[Field]> extends Held ? Field : never
}[keyof Job & string]

/**
 * One kind of work on some rows, as it is done on the calling thread or on another. It names the fields of its jobs whose arrays move to the
 * thread and back; all other fields are copied to it, or shared with it.
 */
export interface JobKind<Job, Returned extends keyof Job = never, Made = unknown> {
  readonly name: string
  /** Arrays that it reads. If they were lent by the runner, the runner takes them back afterwards. */
  readonly reads: readonly FieldsOf<Job, Float32Array | Uint8Array>[]
  /** Arrays of the caller that it fills. */
  readonly fills: readonly FieldsOf<Job, Float32Array>[]
  /** Lent arrays that it fills: they are the caller's afterwards, until the caller releases them. */
  readonly returns: readonly (Returned & FieldsOf<Job, Movable>)[]
  /**
   * Does a job. Asks for the engine only if it needs one: opening an engine takes time. What it resolves to is new: plain data, whose
   * arrays move to the caller.
   */
  run(job: Job, engine: () => Promise<Engine>): Promise<Made>
}

/** What a caller has of a job when it is done, besides what was made: nothing else, since that may be sent to other machines. */
export function returnedOf<Job extends object, Returned extends keyof Job>(
  returns: readonly Returned[],
  job: Job
): Pick<Job, Returned> {
  const out = {} as Pick<Job, Returned>
  for (const field of returns) out[field] = job[field]
  return out
}

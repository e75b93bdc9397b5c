import type { JsonObject } from '@slimbed/runtime'

/** What a run writes down of itself, so that another run of the same can go on where it ended. */
export interface Journal {
  /** What earlier runs wrote down, in order. */
  readonly entries: readonly JsonObject[]
  /** Whether the last entry is so long ago that another one is due. */
  due(): boolean
  /** Writes an entry down once everything that the sink was given before is on the disk. */
  append(entry: JsonObject): Promise<void>
}

/** The file that a run writes, as the journal knows it. */
export interface JournaledFile {
  /** What has been written since the last call, for an entry. */
  written(): JsonObject
  /** Takes over what earlier runs have written, by the entries of `written`, in order. */
  restore(entries: readonly JsonObject[]): void
}

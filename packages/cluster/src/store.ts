/**
 * Where machines leave what they computed for each other: a folder that all of them see, or a bucket. Keys are made of letters, digits,
 * `.` and `-`, in one folder: `run/name`. Functions reject where the place cannot be read or written.
 */
export interface Store {
  /** The bytes under a key, which are the caller's, in `room` if that is large enough and the store can; undefined where there are none. */
  get(key: string, room?: Uint8Array): Promise<Uint8Array | undefined>
  /** Whether there is something under a key. */
  has(key: string): Promise<boolean>
  /** Puts bytes under a key. Nobody ever sees a part of them; the last of several with one key stays. */
  put(key: string, bytes: Uint8Array): Promise<void>
  /** Keys that begin with a prefix. */
  list(prefix: string): Promise<readonly string[]>
  /** Removes what is under a key, if anything. */
  remove(key: string): Promise<void>
  /** Removes everything under keys that begin with `folder/`. */
  clear(folder: string): Promise<void>
}

/** The keys of a run in its store. */
export const keys = {
  shard: (run: string, pass: number, shard: number): string => `${run}/${pass}.${shard}`,
  sums: (run: string, pass: number): string => `${run}/${pass}.sums`
}

import type { ShardsManifest } from '@slimbed/runtime/shards'

/** Options of `openShardsPlace`. */
export interface ShardsPlaceOptions {
  /** All that the bytes of the table follow from. With it, parts are written where another run of the same finds them. */
  readonly identity?: string | undefined
  /** Whether parts stay where the run is interrupted, or finds no room, for a later one that goes on with them. */
  readonly keep?: boolean | undefined
  readonly signal?: AbortSignal | undefined
  /** Is told where an earlier table gets its name again, since a run was killed while it replaced it. */
  readonly warn?: ((line: string) => void) | undefined
}

/** Where a table in shards is written, completely or not at all. */
export interface ShardsPlace {
  /** Where its parts are written, for `writePart`, here or on machines that see the same folder or store. */
  readonly folder: string
  /**
   * Makes it ready for parts. Resolves, with `keep`, to a line that says whether there is anything to go on with. Rejects with `bad-input` where another
   * process of this machine writes the same.
   */
  begin(): Promise<string>
  /** Writes the manifest: from here on the table is there. Rejects with `io` where a part is not as the manifest says. */
  finish(manifest: ShardsManifest): Promise<void>
  /** Ends a run that failed: removes its parts, unless they are kept for a later one. */
  fail(error: unknown): Promise<void>
}

/** What is told of a run that keeps its parts, by whether some of it, or of another one, were found. */
export const toldOf = (own: boolean, others: boolean): string => {
  if (own) return 'going on where the run before was interrupted'
  const why = others
    ? 'the run before was of another input, pipeline, size of parts or version'
    : 'there is no run to go on with'
  return `${why}: starting from the beginning`
}

import { isObject, type JsonObject, type Sizes, SlimbedError } from '@slimbed/runtime'
import { fromBase64, toBase64 } from '../bits/base64.js'
import type { Keep, ReadTensor } from '../matrix/lazy.js'
import type { JournaledFile } from '../resume/journal.js'
import type { Part, Saved } from './contents.js'
import { planFile } from './plan.js'
import { append, type ReadableSink, type SaveOptions, type Sink, startOf, type Written, writeRest } from './write.js'

/** A file that is begun before all of its contents are known. */
export interface BegunFile extends JournaledFile {
  /** Writes the next bytes of a tensor, in order. The array belongs to the caller again once this resolves. */
  readonly keep: Keep
  /** Reads bytes of a tensor that have been written; undefined where the sink cannot be read. */
  readonly read: ReadTensor | undefined
  /** Writes the rest, and resolves to the sizes of the file. Rejects as `saveTo` does. */
  finish(artefact: Saved, options: SaveOptions): Promise<Sizes>
}

/** The tensors that have been written early, for a journal. */
function createEarly(parts: readonly Part[], dataStart: number, blockBytes: number) {
  const early = new Map<string, Written>()
  /** Bytes of each that a journal has. */
  const noted = new Map<string, number>()
  const partOf = (tensor: string): Part => {
    const part = parts.find(({ name }) => name === tensor)
    if (part) return part
    throw new SlimbedError('corrupt-file', `the journal of the run names a tensor that it does not write: ${tensor}`)
  }
  const of = (tensor: string): Written => {
    const written = early.get(tensor) ?? startOf(partOf(tensor), dataStart, blockBytes)
    early.set(tensor, written)
    return written
  }
  return {
    early,
    of,
    written: (): JsonObject =>
      Object.fromEntries(
        [...early].map(([tensor, { bytes, sums }]) => {
          const first = Math.floor((noted.get(tensor) ?? 0) / blockBytes)
          noted.set(tensor, bytes)
          return [tensor, { bytes, first, sums: toBase64(sums.slice(first, Math.ceil(bytes / blockBytes))) }]
        })
      ),
    restore(entries: readonly JsonObject[]): void {
      for (const [tensor, entry] of entries.flatMap((all) => Object.entries(all))) {
        if (!isObject(entry)) continue
        const { bytes, first, sums } = entry
        const written = of(tensor)
        written.sums.set(new Uint32Array(fromBase64(String(sums)).buffer), Number(first))
        written.bytes = Number(bytes)
        noted.set(tensor, written.bytes)
      }
    }
  }
}

/**
 * Begins to write an artefact. The shapes of its tensors must be final; the final provenance may be at most as long as this one, since
 * the header keeps room for it.
 */
export function beginFile({ provenance, ...contents }: Saved, sink: Sink | ReadableSink): BegunFile {
  const { parts, dataStart, blockBytes } = planFile(contents, provenance)
  const { early, of, written, restore } = createEarly(parts, dataStart, blockBytes)
  return {
    keep: (tensor, bytes) => append(of(tensor), bytes, sink, blockBytes),
    read: 'read' in sink ? (tensor, from, length) => sink.read(of(tensor).start + from, length) : undefined,
    written,
    restore,
    async finish({ provenance: final, ...whole }, saving) {
      // Nothing need fit where nothing was written.
      const options = early.size === 0 ? {} : { least: dataStart, blockBytes }
      return writeRest(planFile(whole, final, options), sink, saving, early)
    }
  }
}

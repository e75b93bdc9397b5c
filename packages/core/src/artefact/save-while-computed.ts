import type { Sizes } from '@slimbed/runtime'
import type { Keep, ReadTensor } from '../matrix/lazy.js'
import type { Saved } from './contents.js'
import { planFile } from './plan.js'
import { append, type ReadableSink, type SaveOptions, type Sink, startOf, type Written, writeRest } from './write.js'

/** A file that is begun before all of its contents are known. */
export interface BegunFile {
  /** Writes the next bytes of a tensor, in order. The array belongs to the caller again once this resolves. */
  readonly keep: Keep
  /** Reads bytes of a tensor that have been written; undefined where the sink cannot be read. */
  readonly read: ReadTensor | undefined
  /** Writes the rest, and resolves to the sizes of the file. Rejects as `saveTo` does. */
  finish(artefact: Saved, options: SaveOptions): Promise<Sizes>
}

/**
 * Begins to write an artefact. The shapes of its tensors must be final; the final provenance may be at most as long as this one, since
 * the header keeps room for it.
 */
export function beginFile({ provenance, ...contents }: Saved, sink: Sink | ReadableSink): BegunFile {
  const { parts, dataStart, blockBytes } = planFile(contents, provenance)
  const early = new Map<string, Written>()
  return {
    async keep(tensor, bytes) {
      const part = parts.find(({ name }) => name === tensor)!
      const written = early.get(tensor) ?? startOf(part, dataStart, blockBytes)
      early.set(tensor, written)
      await append(written, bytes, sink, blockBytes)
    },
    read:
      'read' in sink
        ? (tensor, from, length) =>
            sink.read(dataStart + parts.find(({ name }) => name === tensor)!.begin + from, length)
        : undefined,
    async finish({ provenance: final, ...whole }, saving) {
      // Nothing need fit where nothing was written.
      const options = early.size === 0 ? {} : { least: dataStart, blockBytes }
      return writeRest(planFile(whole, final, options), sink, saving, early)
    }
  }
}

import { type Sink, throwIfAborted } from '@slimbed/core'
import type { Source } from '@slimbed/runtime'
import type { RewritePlan } from './plan.js'

const chunkBytes = 4 << 20

/** How a copy is watched. */
interface Watch {
  readonly signal?: AbortSignal | undefined
  readonly progress: (done: number, total: number) => void
}

/** Copies what a plan copies from a file, and writes its padding. Rejects as the source and the sink do, and with `aborted`. */
export async function copyBytes(
  source: Source,
  sink: Sink,
  plan: RewritePlan,
  { signal, progress }: Watch
): Promise<void> {
  const total = plan.copies.reduce((sum, { length }) => sum + length, 0)
  let done = 0
  for (const { from, to, length } of plan.copies) {
    for (let at = 0; at < length; at += chunkBytes) {
      throwIfAborted(signal)
      const bytes = await source.read(from + at, Math.min(chunkBytes, length - at))
      await sink.write(bytes, to + at)
      done += bytes.length
      progress(done, total)
    }
  }
  for (const { to, length } of plan.paddings) if (length > 0) await sink.write(new Uint8Array(length), to)
}

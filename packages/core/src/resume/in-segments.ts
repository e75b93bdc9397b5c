import type { Emit, SpreadPass } from '../tensor/spread/spread.js'

/** How far a pass has come: rows that are done, and their sums. */
export interface Progress {
  readonly row: number
  readonly sums: Float64Array
}

/**
 * Does a pass from where an earlier run ended, segment by segment, of which two are computed at a time. `reached` is called after each, once
 * everything before has been visited. The sums are those of a pass in one part, to the bit.
 */
export async function inSegments<Made>(
  pass: SpreadPass<Made>,
  from: Progress | undefined,
  reached: (progress: Progress) => Promise<void>
): Promise<Float64Array> {
  const { rows, step, part, merge, visit, progress, signal, ended = () => false } = pass
  let sums = from?.sums
  let most = from?.row ?? 0
  const tell = (done: number) => {
    most = Math.max(most, done)
    progress?.(most, rows)
  }
  const segment = async (start: number, before: Promise<void>) => {
    const count = Math.min(step, rows - start)
    const emit: Emit<Made> = async (at, made) => {
      await before
      if (!ended()) await visit?.(at, made)
    }
    const own = await part(start, count, emit, { signal, progress: (done) => tell(start + done) })
    await before
    if (ended()) return
    sums ??= new Float64Array(own.length)
    merge(sums, own)
    await reached({ row: start + count, sums })
  }
  let [earlier, last] = [Promise.resolve(), Promise.resolve()]
  try {
    for (let start = from?.row ?? 0; start < rows && !ended(); start += step) {
      await earlier
      const next = segment(start, last)
      next.catch(() => {})
      ;[earlier, last] = [last, next]
    }
    await last
  } finally {
    await Promise.allSettled([earlier, last])
  }
  return sums ?? new Float64Array()
}

import type { BitReader } from '@slimbed/runtime/format'
import { readRice } from './bits.js'
import { damaged } from './damaged.js'

/** How scores are written. */
export interface ScoresLayout {
  /** The width of the Rice code of steps. */
  readonly rice: number
  /** How many of the low 32 bits there are, the highest ones: the others are 0. Three where all scores are float32. */
  readonly low: number
}

/**
 * Scores as float64: the high 32 bits as steps from the score before, positive and negative ones in turn, and the low bits. In order,
 * as SentencePiece writes them, the steps are small.
 */
export function readScores(read: BitReader, count: number, { rice, low }: ScoresLayout): Float64Array {
  const scores = new Float64Array(count)
  const view = new DataView(scores.buffer)
  let high = 0
  for (let i = 0; i < count; i++) {
    const code = readRice(read, rice)
    high = (high + (code % 2 === 1 ? -(code + 1) / 2 : code / 2)) >>> 0
    view.setUint32(8 * i, high)
    view.setUint32(8 * i + 4, read(low) * 2 ** (32 - low))
  }
  const found = scores.map((_, i) => view.getFloat64(8 * i))
  return found.every(Number.isFinite) ? found : damaged()
}

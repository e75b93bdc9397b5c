import type { Table } from '@slimbed/core'
import { trellis } from '@slimbed/core/kinds/trellis'
import type { Code } from './code.js'
import { packTables } from './tables.js'

/** Blocks that are coded: their bytes, one after another, and the length of each. */
export interface Coded {
  readonly stream: Uint8Array
  readonly lengths: Uint32Array
}

/** Lengths in as few bytes as the largest takes. */
function narrow(lengths: Uint32Array): Uint8Array | Uint16Array | Uint32Array {
  const largest = lengths.reduce((most, length) => Math.max(most, length), 0)
  return largest < 2 ** 8 ? Uint8Array.from(lengths) : largest < 2 ** 16 ? Uint16Array.from(lengths) : lengths
}

/** The `trellis` table of coded rows, given in parts of whole blocks. */
export function leafOf(code: Code, rows: number, parts: readonly Coded[]): Table {
  const stream = new Uint8Array(parts.reduce((sum, part) => sum + part.stream.length, 0))
  const lengths = new Uint32Array(parts.reduce((sum, part) => sum + part.lengths.length, 0))
  let at = 0
  let block = 0
  for (const part of parts) {
    stream.set(part.stream, at)
    lengths.set(part.lengths, block)
    at += part.stream.length
    block += part.lengths.length
  }
  const { states, step, scale, gains, classes, tables } = code
  const shared = {
    rows,
    states,
    block: code.block,
    step: step / scale,
    gains: gains.count,
    gainStep: gains.step,
    classes,
    tables: packTables(tables)
  }
  return trellis({ ...shared, lengths: narrow(lengths), stream })
}

import { checkRow } from '../check.js'
import type { Table } from '../table/table.js'
import { rowReader } from '../trellis/blocks.js'
import { least, type RowDecoder } from '../trellis/decode.js'
import type { Trellis } from '../trellis/parts.js'
import type { Lookup } from '../trellis/tables.js'
import { prepared, trellisPartsOf } from '../trellis/trellis.js'
import { type Kernel, reserve } from './kernel.js'

/** Bytes of a leaf's record in the kernel's memory, and those that the kernel may read beyond a block. */
const recordBytes = 64
const beyond = 8

/** A decoder in the kernel, which holds the tables and one block; undefined where there is no room. */
function kernelDecoder(
  kernel: Kernel,
  { step, gains, gainStep, classes }: Trellis,
  longest: number,
  { contexts, symbols, entries, escapes, levels, shifts, columns, moves }: Lookup
): RowDecoder | undefined {
  const { memory } = kernel
  const dim = classes.length
  const tables = [symbols, entries, escapes, levels, shifts, columns, moves]
  const sizes = [recordBytes, longest + beyond, dim * 4, ...tables.map((table) => table.byteLength)]
  let places: number[]
  try {
    places = reserve(kernel, sizes)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
  const [leaf, window, row, ...rest] = places as [number, number, number, ...number[]]
  tables.forEach((table, i) => {
    const bytes = new Uint8Array(table.buffer, table.byteOffset, table.byteLength)
    new Uint8Array(memory.buffer, rest[i], bytes.length).set(bytes)
  })
  new Uint32Array(memory.buffer, leaf).set([0, 0, 0, dim, gains, gainStep, contexts, ...rest])
  new Float64Array(memory.buffer, leaf + recordBytes - 8, 1)[0] = step
  let record = new Uint32Array()
  let block = new Uint8Array()
  let values = new Float32Array()

  /** Views of the memory become invalid when it grows. */
  function refresh(): void {
    if (record.length > 0) return
    record = new Uint32Array(memory.buffer, leaf, 3)
    block = new Uint8Array(memory.buffer, window, longest)
    values = new Float32Array(memory.buffer, row, dim)
  }

  return {
    begin(bytes) {
      refresh()
      block.set(bytes)
      record[0] = bytes[0] | (bytes[1] << 8) | (bytes[2] << 16)
      record[1] = window + 3
      record[2] = window + bytes.length
      return record[0] >= least
    },
    next(out) {
      refresh()
      const whole = kernel.decode(leaf, row) !== 0
      out.set(values)
      return whole
    },
    ended: () => record[0] === least && record[1] === record[2]
  }
}

/** A `trellis` table whose rows the kernel decodes, to the same bits; the table itself where there is no room. */
export function simdTrellis(kernel: Kernel, plain: Table): Table {
  const parts = trellisPartsOf(plain.config, plain.tensors)
  const { offsets, lookup } = prepared(parts)
  const longest = offsets.reduce((most, end, i) => Math.max(most, end - offsets[Math.max(0, i - 1)]), 0)
  const decoder = kernelDecoder(kernel, parts, longest, lookup)
  if (!decoder) return plain
  const read = rowReader(parts, offsets, decoder)
  const table: Table = {
    ...plain,
    readRow(row, out) {
      checkRow(row, plain.rows)
      read(row, out)
    },
    with(children) {
      plain.with(children)
      return table
    }
  }
  return table
}

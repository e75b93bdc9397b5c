import { openGiven, openModule } from '../wasm.js'
import type { Coded } from './coded.js'
import { moduleBase64 } from './module.js'

/** The compiled search, described in `assembly/pq`: arguments are numbers, most of them places in `memory`. */
interface Kernel {
  readonly memory: WebAssembly.Memory
  scanTables(
    codes: number,
    block: number,
    blocks: number,
    pairs: number,
    tables: number,
    norms: number,
    factor: number,
    offset: number
  ): number
}

/** A scan for one query. */
export interface Scan {
  /** The first block of `blockRows` rows, from `block` on, with one that may have a cosine above `limit`. */
  next(block: number, limit: number): number
}

/** Looks for rows that may score more than a limit. */
export interface TableScanner {
  /** The scan for the tables of a query of this length; undefined where their numbers leave what it can tell apart. */
  scan(tables: Float64Array, length: number): Scan | undefined
}

export const blockRows = 16
/** Entries of a table, and tables, that sums of 16 bits are enough for. */
const [mostEntries, mostTables] = [16, 256]
const levels = 255
const pageBytes = 2 ** 16
const mostBytes = 2 ** 32 - pageBytes

const isKernel = (exports: object): exports is Kernel => 'memory' in exports && 'scanTables' in exports

/** Copies the codes of the terms `chosen`: 16 rows together, two codes a byte. */
function interleave({ rows, codes, entries }: Coded, chosen: readonly number[], out: Uint8Array): void {
  const pairs = Math.ceil(chosen.length / 2)
  for (let row = 0; row < rows; row++) {
    const block = Math.floor(row / blockRows) * pairs * blockRows + (row % blockRows)
    chosen.forEach((term, i) => {
      out[block + (i >> 1) * blockRows] |= codes[row * entries.length + term] << (i % 2 === 0 ? 0 : 4)
    })
  }
}

/**
 * A scanner in WebAssembly, which holds its own copy of the codes; undefined for codebooks of more than 16 rows, and where there is no
 * SIMD, no room, or a page's policy forbids to compile it. Throws `bad-option` for a module that is another.
 */
export function simdScanner(
  coded: Coded,
  norms: Float64Array,
  module: WebAssembly.Module | undefined
): TableScanner | undefined {
  const { rows, entries, starts } = coded
  const given = module && openGiven(module, 'scanTables')
  // A table of one entry is the same for all rows.
  const chosen = [...entries.keys()].filter((term) => entries[term] > 1)
  const pairs = Math.ceil(chosen.length / 2)
  const blocks = Math.ceil(rows / blockRows)
  // The kernel's own data, if any, lies below.
  const tablesAt = 1024
  const normsAt = tablesAt + pairs * 32
  const codesAt = normsAt + blocks * blockRows * 4
  const end = codesAt + blocks * pairs * blockRows
  const fits = chosen.length <= mostTables && chosen.every((term) => entries[term] <= mostEntries)
  if (!fits || end > mostBytes || !norms.every((norm) => Number.isFinite(Math.fround(norm)))) return undefined
  try {
    const kernel = given ?? openModule(moduleBase64)
    if (!isKernel(kernel)) return undefined
    const { memory } = kernel
    memory.grow(Math.max(0, Math.ceil((end - memory.buffer.byteLength) / pageBytes)))
    interleave(coded, chosen, new Uint8Array(memory.buffer, codesAt))
    new Float32Array(memory.buffer, normsAt, rows).set(norms)
    const bytes = new Uint8Array(memory.buffer, tablesAt, pairs * 32)
    const longest = norms.reduce((most, norm) => Math.max(most, norm), 0)
    return {
      scan(tables, length) {
        const own = chosen.map((term) => tables.subarray(starts[term], starts[term] + entries[term]))
        const least = own.map((table) => table.reduce((a, b) => Math.min(a, b)))
        const step = own.reduce((most, table, i) => Math.max(most, ...table.map((x) => x - least[i])), 0) / levels || 1
        bytes.fill(0)
        own.forEach((table, i) => {
          table.forEach((score, code) => {
            bytes[i * mostEntries + code] = Math.floor((score - least[i]) / step)
          })
        })
        let base = least.reduce((sum, score) => sum + score, 0)
        for (const [term, start] of starts.entries()) if (entries[term] === 1) base += tables[start]
        // A row scores less than base + step · (its sum + the number of tables).
        const offset = base / step + chosen.length
        if (!Number.isFinite(Math.fround(offset))) return undefined
        return {
          next(block, limit) {
            const factor = (limit * length) / step
            // What float32 may lose.
            const slack = 1e-6 * (Math.abs(factor) * longest + Math.abs(offset) + 65_536)
            return kernel.scanTables(codesAt, block, blocks, pairs, tablesAt, normsAt, factor, offset + slack) >>> 0
          }
        }
      }
    }
  } catch {
    return undefined
  }
}

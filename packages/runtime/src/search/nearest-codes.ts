import { fail } from '../check.js'
import type { Table } from '../table/table.js'
import type { ModuleOptions } from '../wasm.js'
import type { Scored } from './best.js'
import { codesOfQuery, packedOf } from './packed.js'
import { plainScanner } from './plain.js'
import type { Scanner } from './scanner.js'
import { simdScanner } from './simd.js'

/** Options of a search over codes. */
export interface CodeSearchOptions {
  /** How many rows; 10 unless given. */
  readonly k?: number
  /** Rows to leave out, such as the query's own. */
  readonly exclude?: Iterable<number>
}

/** A table of binary codes, ready to be searched many times. */
export interface CodeSearch {
  readonly rows: number
  readonly bits: number
  /** What compares: WebAssembly with SIMD, or JavaScript. */
  readonly engine: 'simd' | 'plain'
  /**
   * The rows that differ from the query in the fewest bits, best first, equal ones by lower row; the score is the cosine of the
   * codes as ±1, `1 − 2 · differing bits / bits`. The query is `bits` values, of which the signs count, or packed codes.
   *
   * Exact: every row is compared. Throws `bad-input` for lengths that do not fit.
   */
  nearest(query: Float32Array | Uint8Array, options?: CodeSearchOptions): Scored[]
}

/** Rows by distance, while the rows are passed in order: what is no nearer than the `k` nearest so far is not kept. */
class Nearest {
  private readonly found: { readonly row: number; readonly distance: number }[] = []
  private readonly counts: Uint32Array
  /** Rows kept that are no farther than `farthest`. */
  private total = 0
  private farthest: number

  constructor(
    private readonly k: number,
    bits: number
  ) {
    this.counts = new Uint32Array(bits + 1)
    this.farthest = bits
  }

  /** A row must be nearer than this; later ones lose a tie. */
  get limit(): number {
    return this.total >= this.k ? this.farthest : this.farthest + 1
  }

  add(row: number, distance: number): void {
    this.found.push({ row, distance })
    this.counts[distance]++
    this.total++
    while (this.total - this.counts[this.farthest] >= this.k) this.total -= this.counts[this.farthest--]
  }

  sorted(): readonly { readonly row: number; readonly distance: number }[] {
    const kept = this.found.filter(({ distance }) => distance <= this.farthest)
    return kept.sort((a, b) => a.distance - b.distance || a.row - b.row).slice(0, this.k)
  }
}

function searchWith(scanner: Scanner, engine: CodeSearch['engine'], rows: number, bits: number): CodeSearch {
  return {
    rows,
    bits,
    engine,
    nearest(query, { k = 10, exclude } = {}) {
      if (!(k >= 1)) fail('bad-input', `k must be 1 or more, not ${k}`)
      const codes = codesOfQuery(query, bits)
      const omitted = new Set(exclude)
      const nearest = new Nearest(Math.floor(k), bits)
      scanner.scan(codes, nearest.limit, (row, distance) => {
        if (!omitted.has(row)) nearest.add(row, distance)
        return nearest.limit
      })
      return nearest.sorted().map(({ row, distance }) => ({ row, score: 1 - (2 * distance) / bits }))
    }
  }
}

/**
 * Makes a `quantized` table of 1 bit searchable by Hamming distance. Holds a copy of its codes, packed as they are.
 *
 * `plain` keeps to JavaScript where WebAssembly would do. Throws `bad-input` for any other table, and `bad-option` for a module that is
 * another.
 */
export function codeSearch(
  table: Table,
  { plain = false, module }: ModuleOptions & { readonly plain?: boolean } = {}
): CodeSearch {
  const packed = packedOf(table)
  const { rows, bits } = packed
  const simd = plain ? undefined : simdScanner(packed, module)
  return simd ? searchWith(simd, 'simd', rows, bits) : searchWith(plainScanner(packed), 'plain', rows, bits)
}

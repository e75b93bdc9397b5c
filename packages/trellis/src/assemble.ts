import { product, sum, type Table } from '@slimbed/core'
import { codebook, offset, packIndex } from '@slimbed/core/kinds/trellis'
import { indexBits } from './choose-shape.js'

/** The parts of a table. */
export interface Parts {
  readonly leaf: Table
  /** The centres, and the one of each row. */
  readonly centres: Table | undefined
  readonly ids: Uint32Array | undefined
  /** The basis of the coefficients; undefined where they are the columns. */
  readonly basis: Table | undefined
  /** The bits of float16 numbers; undefined for a mean of 0. */
  readonly mean: Uint16Array | undefined
}

/** The expression: `(leaf + centres[ids]) · basis + mean`, without the parts that are undefined. */
export function assemble({ leaf, centres, ids, basis, mean }: Parts): Table {
  const left = centres && ids ? sum([leaf, codebook(packIndex(ids, indexBits(centres.rows)), centres)]) : leaf
  const table = basis ? product(left, basis) : left
  return mean ? offset({ dtype: 'F16', shape: [mean.length], data: mean }, table) : table
}

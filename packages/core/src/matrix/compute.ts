import type { Table } from '@slimbed/runtime'
import { quantizeHere } from '../tensor/ops/quantize.js'
import type { Pass } from '../tensor/types.js'
import { lazyOf, type Quantizer } from './lazy.js'
import { rewrite } from './rewrite.js'

/** The same expression, in which all lazy leaves that cannot be read in blocks (codes) are computed. */
export const computeCodes = (table: Table, quantizer: Quantizer, pass: Pass = {}): Promise<Table> =>
  rewrite(table, (node) => {
    const lazy = lazyOf(node)
    return lazy && !lazy.rows ? lazy.compute(quantizer, pass) : undefined
  })

/** The same table with every lazy leaf computed, on this thread, and held in memory. Rejects as the matrices do. */
export const materialize = (table: Table): Promise<Table> =>
  rewrite(table, (node) => lazyOf(node)?.compute(quantizeHere))

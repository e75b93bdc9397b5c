import { SlimbedError, type Table } from '@slimbed/core'
import type { Builder } from './builder.js'
import { byValues } from './kinds/basis.js'
import { bitshift } from './kinds/bitshift.js'
import { concat } from './kinds/concat.js'
import { dense } from './kinds/dense.js'
import { gather } from './kinds/gather.js'
import { nonuniform } from './kinds/nonuniform.js'
import { partition } from './kinds/partition.js'
import { product } from './kinds/product.js'
import { quantized } from './kinds/quantized.js'
import { offset, scale, sum } from './kinds/sums.js'
import type { Pattern } from './pattern.js'

/** The pattern of each kind that has one. */
export const patterns: Readonly<Record<string, Pattern>> = {
  bitshift,
  codebook: gather,
  concat,
  dense,
  gather,
  gaussian: byValues,
  hadamard: byValues,
  householder: byValues,
  nonuniform,
  offset,
  'packed-partition': partition,
  partition,
  product,
  quantized,
  scale,
  sum
}

/** A part of so few values beside the table is written by its values, whatever its kind. */
const smallPart = 1 / 16

const patternOf = ({ kind }: Table): Pattern | undefined => (Object.hasOwn(patterns, kind) ? patterns[kind] : undefined)

/**
 * Writes the rows `ids` of a table, where a whole one has `values` values (one dimension; all rows where undefined): `[…ids, dim]` float32. Throws `unsupported` for a kind that has no
 * pattern, with those that have one.
 */
export function writeTable(root: Table, ids: string | undefined, b: Builder, values = root.rows * root.dim): string {
  const few = values * smallPart
  const write = (table: Table, own: string | undefined, key: string): string => {
    const found = patternOf(table)
    if (found) return found(table, own, key, { b, table: write })
    if (table !== root && table.rows * table.dim <= few) return byValues(table, own, key, { b, table: write })
    const known = Object.keys(patterns).join(', ')
    throw new SlimbedError(
      'unsupported',
      `tables of the kind ${table.kind} cannot be written as ONNX nodes; these can: ${known}`
    )
  }
  return write(root, ids, root.kind)
}

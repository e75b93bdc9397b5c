import { SlimbedError, type Table } from '@slimbed/core'
import type { Builder } from './builder.js'
import { bitshift } from './kinds/bitshift.js'
import { nonuniform, quantized } from './kinds/coded.js'
import { concat, gather, offset, product, sum } from './kinds/composed.js'
import { partition } from './kinds/partition.js'
import { byValues, dense } from './kinds/values.js'
import type { Pattern } from './pattern.js'

/** The pattern of each kind that has one. */
export const patterns: Readonly<Record<string, Pattern>> = {
  bitshift,
  codebook: gather,
  concat,
  dense,
  gather,
  nonuniform,
  offset,
  'packed-partition': partition,
  partition,
  product,
  quantized,
  sum
}

/** A part of so few values beside the table is written by its values, whatever its kind. */
const smallPart = 1 / 16

const patternOf = ({ kind }: Table): Pattern | undefined => (Object.hasOwn(patterns, kind) ? patterns[kind] : undefined)

/**
 * Writes the rows `ids` of a table, where a whole one has `values` values (int32, one dimension): `[ids, dim]` float32. Throws `unsupported` for a kind that has no pattern, with those
 * that have one.
 */
export function writeTable(root: Table, ids: string, b: Builder, values = root.rows * root.dim): string {
  const few = values * smallPart
  const write = (table: Table, own: string | undefined, key: string): string => {
    const found = patternOf(table)
    if (found) return found(table, own, key, { b, table: write })
    if (table !== root && table.rows * table.dim <= few) return byValues(table, own, key, { b, table: write })
    const known = Object.keys(patterns).join(', ')
    throw new SlimbedError(
      'unsupported',
      `tables of the kind ${table.kind} cannot be written as TensorFlow.js nodes; these can: ${known}`
    )
  }
  return write(root, ids, root.kind)
}

import { SlimbedError, type Table } from '@slimbed/core'
import type { Builder } from './builder.js'
import { nonuniform, quantized } from './kinds/coded.js'
import { concat, gather, offset, product, sum } from './kinds/composed.js'
import { byValues, dense } from './kinds/values.js'
import type { Pattern } from './pattern.js'

/** The pattern of each kind that has one. */
export const patterns: Readonly<Record<string, Pattern>> = {
  codebook: gather,
  concat,
  dense,
  gather,
  nonuniform,
  offset,
  product,
  quantized,
  sum
}

/** A part of so few values beside the table is written by its values, whatever its kind. */
const smallPart = 1 / 16

/** Parts of so many values or fewer are written by their values. */
const fewOf = (root: Table): number => root.rows * root.dim * smallPart

const patternOf = ({ kind }: Table): Pattern | undefined => (Object.hasOwn(patterns, kind) ? patterns[kind] : undefined)

/** Whether a table can be written as nodes: it and its parts are of kinds that have a pattern, or are small. */
export function isExpressible(root: Table): boolean {
  const few = fewOf(root)
  const can = (table: Table): boolean => {
    const found = patternOf(table)
    if (!found) return table !== root && table.rows * table.dim <= few
    return found === byValues || Object.values(table.children).every(can)
  }
  return can(root)
}

/**
 * Writes the rows `ids` of a table (int32, one dimension): `[ids, dim]` float32. Throws `unsupported` for a kind that has no pattern, with those
 * that have one.
 */
export function writeTable(root: Table, ids: string, b: Builder): string {
  const few = fewOf(root)
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

import type { Quantized } from '../table/matrix.js'
import type { Factors, Parts, Table, Values } from '../table/table.js'
import { codesRules, factorsRules, partsRules, ruleOf, valuesRules } from './rules.js'

/** The values of a plain table, a leaf that can still be compressed; undefined for any other table. */
export const valuesOf = (table: Table): Values | undefined => table.values?.() ?? ruleOf(valuesRules, table)?.(table)

/** The codes and grids of a table of codes; undefined for any other table. */
export const codesOf = (table: Table): Quantized | undefined => table.codes?.() ?? ruleOf(codesRules, table)?.(table)

/** The operands of a product; undefined for any other table. */
export const factorsOf = (table: Table): Factors | undefined =>
  table.factors?.() ?? ruleOf(factorsRules, table)?.(table)

/** The tables whose rows a table consists of, each row once and in order; undefined for any other table. */
export const partsOf = (table: Table): Parts | undefined => table.parts?.() ?? ruleOf(partsRules, table)?.(table)

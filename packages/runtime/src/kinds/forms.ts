import type { Quantized } from '../table/matrix.js'
import type { Factors, Parts, Table, Values } from '../table/table.js'
import { codesRules, factorsRules, partsRules, ruleOf, valuesRules } from './rules.js'

/** The values of a table that is nothing else, a leaf that is left to compress; undefined of any other. */
export const valuesOf = (table: Table): Values | undefined => table.values?.() ?? ruleOf(valuesRules, table)?.(table)

/** The codes and grids of a table that is nothing else; undefined of any other. */
export const codesOf = (table: Table): Quantized | undefined => table.codes?.() ?? ruleOf(codesRules, table)?.(table)

/** The operands of a table that is a product; undefined of any other. */
export const factorsOf = (table: Table): Factors | undefined =>
  table.factors?.() ?? ruleOf(factorsRules, table)?.(table)

/** The tables that a table takes its rows from, each once and in order; undefined of any other. */
export const partsOf = (table: Table): Parts | undefined => table.parts?.() ?? ruleOf(partsRules, table)?.(table)

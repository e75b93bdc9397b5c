import type { Codes } from '../matrix.js'
import type { Table } from '../table.js'
import { quantizedCodes } from './quantized-rules.js'

const rules: ReadonlyMap<string, (table: Table) => Codes> = /* @__PURE__ */ new Map([['quantized', quantizedCodes]])

/** The codes and grids of a table that is nothing but these, else undefined. */
export const codesOf = (table: Table): Codes | undefined => rules.get(table.kind)?.(table)

import { type Form, findTables } from '../find/tables.js'
import { readModel } from '../model/model.js'
import type { TableName } from './options.js'

/** A table of a model, before anything is done with it. */
export interface OnnxTable extends TableName {
  readonly form: Form
  /** Bytes of its tensors. */
  readonly bytes: number
  /** How many `Gather` take rows of it. */
  readonly lookups: number
  /** How many heads multiply with its rows, those with a copy of it not counted. */
  readonly heads: number
  /** Operators that use it in other ways. */
  readonly otherUses: readonly string[]
}

/** The tables of an ONNX file, in the order of the file. Throws `corrupt-file` for what is none. */
export const onnxTables = (bytes: Uint8Array): OnnxTable[] =>
  findTables(readModel(bytes)).tables.map(({ name, rows, dim, form, bytes, lookups, heads, otherUses }) => ({
    name,
    rows,
    dim,
    form,
    bytes,
    lookups: lookups.length,
    heads: heads.length,
    otherUses: otherUses.map(({ node }) => node.opType)
  }))

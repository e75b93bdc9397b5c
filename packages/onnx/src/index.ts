export { patterns } from './express/patterns.js'
export type { Lookup } from './find/lookups.js'
export type { Outside } from './find/outside.js'
export type { Form } from './find/tables.js'
export type { DataFile, Piece } from './rewrite/layout.js'
export { type OnnxTable, onnxTables } from './rewrite/list.js'
export type {
  Into,
  OnnxInput,
  RewriteOptions,
  Rewritten,
  TableName,
  TableReport,
  TableToMake
} from './rewrite/options.js'
export { rewriteOnnx } from './rewrite/rewrite.js'
export type { Compared } from './verify/compare.js'
export { findOrt, type Ort } from './verify/runtime.js'
export type { Chunks } from './wire/writer.js'

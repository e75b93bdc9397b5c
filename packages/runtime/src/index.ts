export { isObject } from './check.js'
export { type ErrorCode, isSlimbedError, SlimbedError } from './error.js'
export { type Artefact, type Extra, type LoadOptions, load, type Sizes } from './file/load.js'
export { type LoadedTable, type LoadTableOptions, loadTable } from './file/load-table.js'
export { loadVocabulary } from './file/load-vocabulary.js'
export type { BlockChecksums, Manifest, ManifestNode } from './file/manifest.js'
export { parseSafetensors, type SafetensorsEntry, type SafetensorsHeader } from './file/safetensors.js'
export { type Checksums, checksums, type TensorChecks } from './file/verify.js'
export { tensorView } from './file/view.js'
export { dense, denseKind } from './kinds/dense.js'
export { gather, gatherKind } from './kinds/gather.js'
export { defineKind, type TableKind } from './kinds/kind.js'
export { partition, partitionKind } from './kinds/partition.js'
export { product, productKind } from './kinds/product.js'
export { quantized, quantizedKind } from './kinds/quantized.js'
export { sum, sumKind } from './kinds/sum.js'
export { tableKinds } from './kinds/table-kinds.js'
export { codeBytes } from './kinds/unpack.js'
export { type PoolOptions, pool } from './lookup/pool.js'
export { rows } from './lookup/rows.js'
export type { BlockOptions } from './remote/block-cache.js'
export type { FetchOptions, FetchProgress } from './remote/fetch-bytes.js'
export { type HttpSource, httpSource } from './remote/http-source.js'
export { type LoadUrlOptions, loadUrl } from './remote/load-url.js'
export {
  type OpenOptions,
  type OpenUrlOptions,
  openSource,
  openUrl,
  type RemoteArtefact,
  type RemoteTable
} from './remote/open.js'
export { bytesSource, type ReadOptions, type Source, type SourceReadOptions } from './remote/source.js'
export type { Scored } from './search/best.js'
export {
  type NearestOptions,
  nearest,
  rowNorms,
  type Searcher,
  type SearchOptions,
  searcher
} from './search/nearest.js'
export { floatsOf, fromFloat16 } from './table/half.js'
export type { BlockTools, Codes, Dense, Matrix, Quantized } from './table/matrix.js'
export * from './table/table.js'
export type { DType, Tensor, TensorData } from './table/tensor.js'
export type { TableShape } from './table/walk.js'
export { type EncodeOptions, encode, type Tokenize, type TokenOptions, tokenRows, words } from './words/encode.js'
export type { Vocabulary } from './words/vocabulary.js'

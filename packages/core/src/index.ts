// What a compressor needs of the runtime; everything else of it is imported from there.
export {
  codeBytes,
  type Dense,
  dense,
  floatsOf,
  gather,
  isSlimbedError,
  type JsonObject,
  type Matrix,
  partition,
  product,
  quantized,
  SlimbedError,
  sum,
  type Table,
  type Tensor
} from '@slimbed/runtime'
export { tableBytes } from '@slimbed/runtime/kinds'
export { throwIfAborted } from './abort.js'
export type { Saved } from './artefact/contents.js'
export { save, saveTo } from './artefact/save.js'
export type { Sink } from './artefact/write.js'
export { type Block, blocksOf } from './matrix/blocks.js'
export { materialize } from './matrix/compute.js'
export { denseOf, matrixOf } from './matrix/dense-of.js'
export { expand } from './matrix/expand.js'
export type { TableOfKnownError } from './matrix/known-error.js'
export { matrixFrom } from './matrix/matrix-from.js'
export { checkMemory } from './matrix/memory.js'
export { type RowSpace, rowSpaceOf } from './matrix/row-space.js'
export { selection } from './matrix/selection.js'
export { at } from './pipeline/at.js'
export { type Compressed, type CompressOptions, compress } from './pipeline/compress.js'
export type { Compression, StageReport } from './pipeline/compression.js'
export { pipeline } from './pipeline/pipeline.js'
export { randomAt } from './pipeline/random.js'
export type { Candidate, Wanted } from './plugin/candidate.js'
export type { Compressor, CompressorPlugin, Context } from './plugin/compressor.js'
export { defineCompressor, defineScheduler } from './plugin/define.js'
export { format } from './plugin/format.js'
export { type Option, type OptionSchema, type OptionsOf, option } from './plugin/option.js'
export type { Scheduler, SchedulerPlugin } from './plugin/scheduler.js'
export type { TensorAdapter } from './tensor/adapter.js'
export { createTensor, type TensorOptions } from './tensor/create.js'

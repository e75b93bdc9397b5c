export * from '@slimbed/runtime'
export {
  checkRows,
  factorsOf,
  leaves,
  type Node,
  type NodeParts,
  nodeBytes,
  partsOf,
  summaryOf,
  tableBytes,
  valuesOf,
  walk
} from '@slimbed/runtime/kinds'
export * from '@slimbed/runtime/model'
export * from '@slimbed/runtime/search'
export { throwIfAborted } from './abort.js'
export type { PlainTensor, Saved, SavedModel } from './artefact/contents.js'
export {
  isSimilarityOnly,
  type Origin,
  provenanceOf,
  provenanceOfTable,
  type WeightsSource
} from './artefact/provenance.js'
export { save, saveModelTo, saveTo } from './artefact/save.js'
export type { SaveOptions, Sink } from './artefact/write.js'
export { toBfloat16, toFloat16 } from './bits/half-floats.js'
export { packCodes } from './bits/pack-codes.js'
export { type Block, blocksOf } from './matrix/blocks.js'
export { materialize } from './matrix/compute.js'
export { denseOf, matrixOf } from './matrix/dense-of.js'
export { expand } from './matrix/expand.js'
export { matrixFrom } from './matrix/matrix-from.js'
export { type QuantizedOptions, quantizedOf } from './matrix/quantized-of.js'
export { readAhead } from './matrix/read-ahead.js'
export { bandEdges, bandOf } from './measure/bands.js'
export { type MeasureOptions, measure } from './measure/measure.js'
export type { Distortion, Measurement } from './measure/measurement.js'
export { keptNeighbours, neighbourOverlap, type OverlapOptions } from './measure/overlap.js'
export { at, type PathPredicate } from './pipeline/at.js'
export { type Compressed, type CompressOptions, compress } from './pipeline/compress.js'
export type { Compression, StageReport } from './pipeline/compression.js'
export { pipeline, stagesOf } from './pipeline/pipeline.js'
export { randomAt } from './pipeline/random.js'
export { applyStage } from './pipeline/stage.js'
export { type AnyPlugin, isPlugin } from './plugin/any-plugin.js'
export * from './plugin/compressor.js'
export * from './plugin/define.js'
export { format } from './plugin/format.js'
export * from './plugin/option.js'
export type { Plugin } from './plugin/plugin.js'
export * from './plugin/registry.js'
export { describeOption, resolveOptions } from './plugin/resolve-options.js'
export * from './plugin/scheduler.js'
export { formatStage, parseSpec, type StageSpec } from './plugin/spec.js'
export type { TensorAdapter } from './tensor/adapter.js'
export { type Backend, backends, createTensor, type TensorOptions } from './tensor/create.js'
export { encodeRows } from './tensor/kernels/encode.js'
export { areFinite } from './tensor/kernels/finite.js'
export type { GridSet } from './tensor/kernels/grids.js'
export { type Ranges, rangesOf } from './tensor/kernels/ranges.js'
export type { ComparePass } from './tensor/ops/compare-product.js'
export type { GramOptions } from './tensor/ops/gram.js'
export type { ProjectOptions } from './tensor/ops/project.js'
export type { Quantizing, RowGrids, VisitCodes } from './tensor/ops/quantize.js'
export type { SignProduct } from './tensor/ops/sign-product.js'
export { traceOf, transposeOf } from './tensor/small/dense.js'
export { transpose } from './tensor/small/transpose.js'
export { dot, normalizeRows } from './tensor/small/vector.js'
export type { Eigen, Pass, Spectrum, VisitSums } from './tensor/types.js'

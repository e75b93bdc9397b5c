// What a compressor needs of the runtime; everything else of it is imported from there.
export {
  codeBytes,
  type Dense,
  dense,
  floatsOf,
  fromFloat16,
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
export { checkRows, tableBytes, weightsOfChildren } from '@slimbed/runtime/kinds'
export { type LogScale, type Nonuniform, nonuniform, scalesByCode } from '@slimbed/runtime/nonuniform'
export { concat } from '@slimbed/runtime/pq'
export { packedPartition } from '@slimbed/runtime/prune'
export { gaussian, hadamard } from '@slimbed/runtime/rotate'
export {
  type Bitshift,
  bitshift,
  codebook,
  householder,
  offset,
  packIndex,
  packRuns,
  type RowFactors,
  scale,
  type Trellis,
  trellis,
  trellisMachine,
  trellisStates
} from '@slimbed/runtime/trellis'
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
export type { ReadableSink, Sink } from './artefact/write.js'
export { householderOf } from './basis/householder-of.js'
export { vectorStarts, walkVectors } from './basis/walk-vectors.js'
export { toBfloat16, toFloat16 } from './bits/half-floats.js'
export { packCodes } from './bits/pack-codes.js'
export { centroidsOf, type Part, partsOf } from './cluster/centroids.js'
export {
  type Clusters,
  type KMeansOptions,
  kMeans,
  kMeansOfParts,
  moveCentres,
  type PartClusters
} from './cluster/k-means.js'
export { type Nearest, nearestOf } from './cluster/nearest-of.js'
export { sampleRows } from './cluster/sample-rows.js'
export { type Block, blocksOf } from './matrix/blocks.js'
export { materialize } from './matrix/compute.js'
export { denseOf, matrixOf } from './matrix/dense-of.js'
export { expand } from './matrix/expand.js'
export { type HalvesOptions, halvesOf } from './matrix/halves-of.js'
export { matrixFrom } from './matrix/matrix-from.js'
export { checkMemory } from './matrix/memory.js'
export { type QuantizedOptions, quantizedOf } from './matrix/quantized-of.js'
export { type RowSpace, rowSpaceOf } from './matrix/row-space.js'
export { scaledBy, unitFor } from './matrix/scaled.js'
export { selection } from './matrix/selection.js'
export { bandEdges, bandOf } from './measure/bands.js'
export { measure } from './measure/measure.js'
export type { Distortion, Measurement } from './measure/measurement.js'
export { keptNeighbours, neighbourOverlap } from './measure/overlap.js'
export { at } from './pipeline/at.js'
export { type Compressed, type CompressOptions, compress } from './pipeline/compress.js'
export type { Compression, StageReport } from './pipeline/compression.js'
export { pipeline, stagesOf } from './pipeline/pipeline.js'
export { randomAt } from './pipeline/random.js'
export { applyStage } from './pipeline/stage.js'
export { usesWeights } from './pipeline/uses-weights.js'
export { type AnyPlugin, isPlugin } from './plugin/any-plugin.js'
export type { Compressor, CompressorPlugin, Context } from './plugin/compressor.js'
export { defineCompressor, defineScheduler } from './plugin/define.js'
export { format } from './plugin/format.js'
export { type Option, type OptionSchema, type OptionsOf, option } from './plugin/option.js'
export { createRegistry, type Registry } from './plugin/registry.js'
export { describeOption, resolveOptions } from './plugin/resolve-options.js'
export type { Scheduler, SchedulerPlugin } from './plugin/scheduler.js'
export { formatStage, parseSpec } from './plugin/spec.js'
export type { TensorAdapter } from './tensor/adapter.js'
export { type Backend, backends } from './tensor/backends.js'
export { createTensor, type TensorOptions } from './tensor/create.js'
export { areFinite } from './tensor/kernels/finite.js'
export { type Ranges, rangesOf } from './tensor/kernels/ranges.js'
export type { Mapping, RowJob, Rows, VisitMade } from './tensor/ops/map-rows.js'
export type { VisitNearest } from './tensor/ops/nearest.js'
export type { RowGrids } from './tensor/ops/quantize.js'
export { traceOf, transposeOf } from './tensor/small/dense.js'
export { transpose } from './tensor/small/transpose.js'
export { dot, normalizeRows } from './tensor/small/vector.js'
export type { Spectrum } from './tensor/types.js'

export type { LmContext } from './context.js'
export { type LanguageModelFile, languageModelIn, modelFileOf, modelToSave } from './file.js'
export { embeddingMetric } from './metric/embedding-metric.js'
export { softmaxMetric } from './metric/softmax-metric.js'
export type { LanguageModel, LstmLayer } from './model.js'
export { calibratedFactor } from './perplexity/calibrate.js'
export { type Perplexity, perplexity } from './perplexity/perplexity.js'
export { type RetrainOptions, retrainDefaults } from './retrain/options.js'
export { provenanceOfRetraining, type Quantizer } from './retrain/provenance.js'
export {
  type Retrained,
  type RetrainHooks,
  type RetrainReport,
  type RetrainTexts,
  retrainLanguageModel
} from './retrain/retrain.js'
export { languageModelOf, type ModelTables, type NamedTensors, tensorsOf } from './tensors.js'
export { type TokenReader, tokenReader, tokensOf, wordsOf } from './text.js'

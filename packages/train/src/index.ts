export { type Classification, type Classifier, loadClassifier, saveClassifier } from './file.js'
export type { LanguageModel, LstmLayer } from './lm/model.js'
export { type RetrainOptions, retrainDefaults } from './lm/options.js'
export {
  type Retrained,
  type RetrainHooks,
  type RetrainReport,
  type RetrainTexts,
  retrainLanguageModel
} from './lm/retrain.js'
export { type ModelName, modelNames } from './models/index.js'
export type { Model } from './models/model.js'
export { optimizerNames } from './optimizers/index.js'
export { defaults, type TrainOptions } from './run/options.js'
export type { EpochReport, PhaseReport, StepReport, TrainHooks } from './run/phases.js'
export { type Trained, train } from './run/train.js'
export * from './schedules/index.js'
export { createTask, type Example, type Labelled, type Task, type TaskOptions } from './text/task.js'
export type { Reading } from './text/tokens.js'

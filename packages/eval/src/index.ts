export { type ComparedScore, type CompareOptions, compareOutcomes } from './compare.js'
export { evaluate, type Outcomes } from './evaluate.js'
export type { Evaluation, TableEvaluation, TableFile } from './evaluation.js'
export { calibratedFactor } from './lm/calibrate.js'
export {
  type LanguageModel,
  type LstmLayer,
  languageModelOf,
  type ModelTables,
  type NamedTensors
} from './lm/model.js'
export { type Output, outputOf } from './lm/output.js'
export { type Perplexity, perplexity } from './lm/perplexity.js'
export { tensorsOf } from './lm/tensors.js'
export { tokensOf, wordsOf } from './lm/text.js'
export { type Classifier, classify, type Features, type TrainOptions, trainClassifier } from './logistic/regression.js'
export { meanRow } from './mean-row.js'
export { analogy } from './measures/analogy.js'
export { categorization } from './measures/categorization.js'
export { classification } from './measures/classification.js'
export { eigenspaceOverlap } from './measures/eigenspace.js'
export { type BandFidelity, type Fidelity, type FidelityOptions, fidelity } from './measures/fidelity.js'
export { isotropy } from './measures/isotropy.js'
export { similarity } from './measures/similarity.js'
export type { Measure, Outcome, Part, Score } from './outcome.js'
export { type BootstrapOptions, type Difference, pairedBootstrap } from './statistics/bootstrap.js'
export { purityOf } from './statistics/purity.js'
export { spearman } from './statistics/spearman.js'
export { type EvalContext, type Subject, type SubjectOptions, subjectOf } from './subject.js'
export { type ParsedTasks, parseTasks, type Skipped } from './tasks/parse.js'
export type * from './tasks/task.js'
export type { TaskFile } from './tasks/text.js'

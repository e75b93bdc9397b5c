export {
  type ApproximateOptions,
  type ApproximateSearcher,
  approximateSearcher
} from './approximate.js'
export { type CodeSearch, type CodeSearchOptions, codeSearch } from './nearest-codes.js'
export { nearestInTwoStages, rescore, type TwoStageOptions } from './two-stage.js'

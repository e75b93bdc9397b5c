// Vectors of words that a table does not have: `@slimbed/runtime/subwords`.
export { hashOf, longestNgram, type NgramRules, ngramBuckets } from './ngrams.js'
export { packBuckets, rowFinder } from './rows-of-buckets.js'
export {
  hasSubwords,
  type SubwordOptions,
  type Subwords,
  subwordBytes,
  subwordsOf,
  type WithSubwords
} from './subwords.js'

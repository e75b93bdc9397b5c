// Vectors of words that a table does not have: `@slimbed/runtime/subwords`.
export { hashOf, longestNgram, type NgramRules, ngramBuckets } from './ngrams.js'
export { packBuckets } from './rows-of-buckets.js'
export { hasSubwords, type SubwordOptions, type Subwords, subwordsOf, type WithSubwords } from './subwords.js'

// Parts of a table in shards.
export { rowsBetween } from './matrix/rows-between.js'
export { compressionOf, compressPart, type RowRange, rangesOf } from './pipeline/compress-part.js'

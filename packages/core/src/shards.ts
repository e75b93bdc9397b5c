// Parts of a table in shards.
export { rowsBetween } from './matrix/rows-between.js'
export { compressPart, madeOf, type RowRange, rangesOf } from './pipeline/compress-part.js'
export { type Made, madeFrom, madeToJson } from './pipeline/made.js'

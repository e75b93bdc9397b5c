export { chooseLevels } from './choose-levels'
export { choosePaths } from './choose-paths'
export { encodeBlocks } from './encode-blocks'
export { tally } from './tally'

export { chooseLevels } from './choose-levels'
export { encodeBlocks } from './encode-blocks'

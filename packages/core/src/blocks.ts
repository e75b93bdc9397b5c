// An entry of its own, for programs that read rows in blocks and do not compress: it loads a few files.
export { throwIfAborted } from './abort.js'
export { type Block, blocksOf } from './matrix/blocks.js'
export {
  type EightBitMatrix,
  type EightBitRows,
  eightBitsFrom,
  eightBitsOf,
  type FileBytes,
  type Piece
} from './matrix/eight-bits.js'
export { readAhead } from './matrix/read-ahead.js'
export { type EightBitFloats, eightBitFloats } from './tensor/kernels/eight-bits.js'
export { areFinite } from './tensor/kernels/finite.js'

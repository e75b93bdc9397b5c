export * from './blocks.js'
export { codesOf } from './codes.js'
export { expandDense } from './dense-rules.js'
export { expandTable } from './expand.js'

export * from './error.js'
export * from './table.js'
export * from './tensor.js'

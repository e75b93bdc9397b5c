export * from './conforms.js'
export * from './stages.js'

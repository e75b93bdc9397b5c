export { fileSource, type OpenSource } from './file-source.js'
export { type OpenOptions, openVectors } from './open.js'

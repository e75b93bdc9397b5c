export { type FileSource, fileSource, type OpenSource } from './file-source.js'
export { type OpenOptions, openCounts, openModel, openVectors, openWords } from './open.js'
export { type WriteFileOptions, writeVectors } from './write.js'
export { writeAtomically } from './write-atomically.js'

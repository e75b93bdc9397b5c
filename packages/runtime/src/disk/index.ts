// Rows of files on a disk: `@slimbed/runtime/node`.
export { type FileArtefact, type FileReadOptions, type FileTable, type OpenFileOptions, openFile } from './open-file.js'

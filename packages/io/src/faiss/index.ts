// Indexes of FAISS as tables: `@slimbed/io/faiss`. What reads them is loaded where a file is one.
export { faissTable } from './read-index.js'

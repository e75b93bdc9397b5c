import { begins, type Format } from './format.js'

const codes = (text: string) => Array.from(text, (character) => character.charCodeAt(0))

/** An index of FAISS whose rows are codes: `IndexPQ`, or `IndexPreTransform`, without words. */
export const faiss: Format<'faiss'> = {
  name: 'faiss',
  // The number of columns is below 65,536, which a text that begins with these letters has not in its place.
  detect: ({ head }) =>
    ['IxPq', 'IxPo', 'IxPQ', 'IxPT'].some((tag) => begins(head, ...codes(tag))) && head[6] === 0 && head[7] === 0,
  read: async (input) => (await import('../faiss/read-index.js')).readFaiss(input),
  write: async (content, sink, options) => (await import('../faiss/write-index.js')).writeFaiss(content, sink, options)
}

// For programs that write files, not for pages.
export { tokenizerJson } from './packed/json.js'
export { packTokenizer } from './packed/pack.js'

// For programs that read other files than tables, or tables in ways of their own: `@slimbed/runtime/fetch`.
export { type FetchOptions, type FetchProgress, fetchWhole } from './fetch-bytes.js'

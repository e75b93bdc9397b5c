export { trellis } from './trellis.js'

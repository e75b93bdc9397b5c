export { prune } from './prune.js'

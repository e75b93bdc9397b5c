export { prune } from './prune.js'
export { tiers } from './tiers.js'

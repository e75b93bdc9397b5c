// Tables in several files: `@slimbed/runtime/shards`.
export { loadShards } from './load.js'
export { formatShards, parseShards, type ShardPart, type ShardsManifest, shardsFile } from './manifest.js'
export { openShards, type ShardedArtefact } from './open.js'
export { openShardsUrl } from './open-url.js'

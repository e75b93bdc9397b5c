export { patterns } from './express/patterns.js'
export { isLayersModel } from './layers/types.js'
export type { TfjsInput } from './model/read.js'
export { tfjsTables } from './rewrite/choose.js'
export type {
  Compared,
  Into,
  RewriteTfjsOptions,
  RewrittenTfjs,
  Shard,
  TableName,
  TableToMake,
  TfjsTable,
  TfjsTableReport
} from './rewrite/options.js'
export { rewriteTfjs } from './rewrite/rewrite.js'

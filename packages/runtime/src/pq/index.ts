import type { TableKind } from '../kinds/kind.js'
import { loadConcat, selectConcat } from './concat.js'

export { concat, concatKind } from './concat.js'
export { type TableSearcher, type TableSearcherOptions, tableSearcher } from './table-searcher.js'

/** The kind of tables side by side, to be passed as `kinds` to what reads files, by ranges too. */
export const pqKinds: readonly TableKind[] = [{ kind: 'concat', load: loadConcat, select: selectConcat }]

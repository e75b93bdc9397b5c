import type { TableKind } from '../kinds/kind.js'
import { loadCodebook } from '../trellis/codebook.js'
import { selectCodebook } from '../trellis/select.js'
import { loadPackedPartition, selectPackedPartition } from './packed-partition.js'

export { packedPartition } from './packed-partition.js'

/** The kinds of tables some of whose rows are shared, to be passed as `kinds` to what reads files, by ranges too. */
export const pruneKinds: readonly TableKind[] = [
  { kind: 'packed-partition', load: loadPackedPartition, select: selectPackedPartition },
  { kind: 'codebook', load: loadCodebook, select: selectCodebook }
]

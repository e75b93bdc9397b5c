import type { TableShape } from '@slimbed/runtime'

/** How many rows of a table are not stored one by one, and how many stored rows these share. */
export interface Sharing {
  readonly rows: number
  readonly shared: number
}

const none: Sharing = { rows: 0, shared: 0 }

/** What the rows of a table share: parts of it whose rows are rows of a smaller table, as `prune` makes them. */
export function sharingOf({ kind, rows, children }: TableShape): Sharing {
  if (kind === 'gather' || kind === 'codebook') {
    const shared = children.source?.rows ?? rows
    return shared < rows ? { rows, shared } : none
  }
  if (kind !== 'partition' && kind !== 'packed-partition') return none
  return Object.values(children)
    .map(sharingOf)
    .reduce((sum, part) => ({ rows: sum.rows + part.rows, shared: sum.shared + part.shared }), none)
}

import { SlimbedError } from '@slimbed/core'
import type { FoundTable } from '../find/tables.js'

const quote = (text: string): string => JSON.stringify(text)

/** A line about a table, for messages. */
export const told = ({ name, rows, dim }: FoundTable): string => `${quote(name)} (${rows} × ${dim})`

/** The tables of these names; without names the largest one. Throws `not-found` with the names that there are. */
export function chooseTables(
  tables: readonly FoundTable[],
  names: readonly string[] | undefined
): readonly FoundTable[] {
  if (tables.length === 0) {
    throw new SlimbedError('not-found', 'the model has no embedding table: no matrix that Gather takes rows of')
  }
  if (!names || names.length === 0) {
    return [tables.reduce((a, b) => (b.rows * b.dim > a.rows * a.dim ? b : a))]
  }
  return names.map((name) => {
    const found = tables.find((table) => table.name === name)
    if (found) return found
    throw new SlimbedError('not-found', `there is no table ${quote(name)}; there are ${tables.map(told).join(', ')}`)
  })
}

/** Throws `unsupported` where a table is used in ways that would be lost. */
export function checkUses(table: FoundTable): void {
  const { otherUses, leaves, form } = table
  // Codes and expanded tables of which something else is made stay in the file.
  if (leaves) throw new SlimbedError('unsupported', `table ${told(table)}: it is also an output of the model`)
  const [use] = otherUses
  if (!use || form !== 'plain') return
  const { opType, name } = use.node
  const what = `table ${told(table)} is also an input of ${opType} ${quote(name)}`
  throw new SlimbedError(
    'unsupported',
    `${what}: such models are not rewritten, since the table would stay in the file beside the new one`
  )
}

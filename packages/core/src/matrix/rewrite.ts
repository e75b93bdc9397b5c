import type { Table } from '@slimbed/runtime'

/**
 * The same expression, with each node replaced for which `replace` returns another one. The operands of replaced nodes are not
 * visited.
 */
export async function rewrite(table: Table, replace: (node: Table) => Promise<Table> | undefined): Promise<Table> {
  const made = replace(table)
  if (made) return made
  let changed = false
  const children: Record<string, Table> = {}
  for (const [name, child] of Object.entries(table.children)) {
    children[name] = await rewrite(child, replace)
    changed ||= children[name] !== child
  }
  return changed ? table.with(children) : table
}

import { childOf } from '../check.js'
import type { BlockTools, Matrix } from '../table/matrix.js'
import type { Table } from '../table/table.js'
import { expandRules, ruleOf } from './rules.js'

/**
 * The rows of a table in blocks, by its own `expand` or the rule of its kind, over its children as `expandChild` gives them;
 * undefined if there is neither. Such a table is read row by row.
 */
export async function expandTable(
  table: Table,
  tools: BlockTools,
  expandChild: (child: Table) => Promise<Matrix>
): Promise<Matrix | undefined> {
  const rule = table.expand ? undefined : ruleOf(expandRules, table)
  if (!table.expand && !rule) return undefined
  const names = Object.keys(table.children)
  const read = await Promise.all(names.map((name) => expandChild(childOf(table.children, name))))
  const operands = Object.fromEntries(names.map((name, i) => [name, read[i]]))
  return table.expand ? table.expand(operands, tools) : rule?.(table, operands, tools)
}

import type { BlockTools, Matrix } from '../matrix.js'
import type { Table } from '../table.js'
import { expandDense } from './dense-rules.js'
import { expandGather } from './gather-rules.js'
import { expandPartition } from './partition-rules.js'
import { expandProduct } from './product-rules.js'
import { expandQuantized } from './quantized-rules.js'
import { expandSum } from './sum-rules.js'

type Rule = (table: Table, operands: Readonly<Record<string, Matrix>>, tools: BlockTools) => Matrix | Promise<Matrix>

const rules: ReadonlyMap<string, Rule> = /* @__PURE__ */ new Map<string, Rule>([
  ['dense', expandDense],
  ['quantized', expandQuantized],
  ['product', expandProduct],
  ['partition', expandPartition],
  ['gather', expandGather],
  ['sum', expandSum]
])

/**
 * The rows of a table in blocks, by its own `expand` or the rule of its kind, over its children as `expandChild` gives them;
 * undefined where there is neither: such a table is read row by row.
 */
export async function expandTable(
  table: Table,
  tools: BlockTools,
  expandChild: (child: Table) => Promise<Matrix>
): Promise<Matrix | undefined> {
  const rule: Rule | undefined = table.expand ? (_, operands) => table.expand!(operands, tools) : rules.get(table.kind)
  if (!rule) return undefined
  const names = Object.keys(table.children)
  const operands = await Promise.all(names.map((name) => expandChild(table.children[name])))
  return rule(table, Object.fromEntries(names.map((name, i) => [name, operands[i]])), tools)
}

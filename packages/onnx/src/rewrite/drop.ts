import type { Constant } from '../find/constants.js'
import type { FoundTable } from '../find/tables.js'
import type { Item } from '../model/graph.js'

/**
 * What goes with the lookups and heads of tables: nodes and tensors that nothing else uses, and what the file says of them. What is used elsewhere, or leaves
 * the graph, stays.
 */
export function droppedWith(tables: readonly FoundTable[]): Set<Item> {
  const gone = new Set<Item>(
    tables.flatMap(({ lookups, heads }) => [
      ...lookups.flatMap(({ item, after }) => [item, ...after]),
      ...heads.flatMap(({ item, before }) => [item, ...before])
    ])
  )
  function drop({ value, ...constant }: Constant): void {
    const { item, graph, name, uses, leaves } = value
    if (!item || leaves || !uses.every((use) => gone.has(use.item))) return
    // Codes that are decoded after rows are taken have no node of their own.
    const own = constant.tensor !== undefined || constant.node === item.node
    if (own) {
      gone.add(item)
      for (const each of graph.items) if (each.declared?.name === name) gone.add(each)
    }
    for (const input of constant.tensor === undefined ? constant.inputs : []) drop(input)
  }
  for (const { constant, copies } of tables) for (const each of [constant, ...copies]) drop(each)
  // Each lookup's and head's own item is replaced, not dropped.
  for (const { lookups, heads } of tables) for (const { item } of [...lookups, ...heads]) gone.delete(item)
  return gone
}

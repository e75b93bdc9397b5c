import type { Table } from '@slimbed/core'
import type { Pool } from '../express/builder.js'
import { writeLookup } from '../express/lookup.js'
import type { Found, FoundTable } from '../find/tables.js'
import type { Edit } from '../model/edit.js'
import type { NewNode, NewTensor } from '../model/encode.js'
import type { Graph, Item } from '../model/graph.js'
import type { Model } from '../model/model.js'
import { droppedWith } from './drop.js'

/** A table of a model, and what it becomes. */
export interface Replacement {
  readonly found: FoundTable
  readonly table: Table
}

/** What is changed, and the tensors of each new table. */
export interface Written {
  readonly edit: Omit<Edit, 'moved' | 'outside'>
  readonly tensors: readonly (readonly NewTensor[])[]
}

/** Makes names that a model does not have yet. */
function namesBeside(taken: ReadonlySet<string>): (name: string) => string {
  const used = new Set(taken)
  const next = new Map<string, number>()
  return (name) => {
    let count = next.get(name) ?? 0
    let made = count === 0 ? name : `${name}.${count}`
    while (used.has(made)) made = `${name}.${++count}`
    next.set(name, count + 1)
    used.add(made)
    return made
  }
}

/** Writes lookups of new tables in place of those of a model. Throws as `writeLookup` does. */
export function writeTables(model: Model, { values }: Found, replacements: readonly Replacement[]): Written {
  const fresh = namesBeside(values.names)
  const replaced = new Map<Item, readonly NewNode[]>()
  const added = new Map<Graph, NewTensor[]>()
  const tensors = replacements.map(({ found, table }) => {
    const pool: Pool = { prefix: `slimbed/${found.name}`, tensors: new Map<string, NewTensor>(), fresh }
    for (const { item, ids, output } of found.lookups) {
      const place = { ids, output, type: found.type, values: found.rows * found.dim }
      replaced.set(item, writeLookup(table, place, model.opset, pool))
    }
    const made = [...pool.tensors.values()]
    const { graph } = found.constant.value
    added.set(graph, [...(added.get(graph) ?? []), ...made])
    return made
  })
  return { edit: { dropped: droppedWith(replacements.map(({ found }) => found)), replaced, added }, tensors }
}

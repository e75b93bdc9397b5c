import type { Table } from '@slimbed/core'
import type { Pool } from '../express/builder.js'
import { writeHead } from '../express/head.js'
import { writeLookup } from '../express/lookup.js'
import { tiedOf } from '../express/tied/tied.js'
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

/** A head that was written: between which of its values products are made. */
export interface PlacedHead {
  readonly graph: Graph
  readonly from: string
  readonly to: string
}

/** What is changed, and the tensors of each new table. */
export interface Written {
  readonly edit: Omit<Edit, 'moved' | 'outside'>
  readonly tensors: readonly (readonly NewTensor[])[]
  /** The heads of each table. */
  readonly heads: readonly (readonly PlacedHead[])[]
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
export function writeTables(
  model: Model,
  { values }: Found,
  replacements: readonly Replacement[],
  contrib = false
): Written {
  const fresh = namesBeside(values.names)
  const replaced = new Map<Item, readonly NewNode[]>()
  const added = new Map<Graph, NewTensor[]>()
  const heads: PlacedHead[][] = []
  const tensors = replacements.map(({ found, table }) => {
    const pool: Pool = { prefix: `slimbed/${found.name}`, tensors: new Map<string, NewTensor>(), fresh }
    const tied = found.heads.length > 0 ? tiedOf(table, contrib) : undefined
    const own: PlacedHead[] = []
    for (const { item, graph, ...place } of tied ? found.heads : []) {
      const { nodes, ...between } = writeHead(tied!, { ...place, type: found.type }, model.opset, pool)
      replaced.set(item, nodes)
      own.push({ graph, ...between })
    }
    heads.push(own)
    for (const { item, ids, output } of found.lookups) {
      const place = { ids, output, type: found.type, values: found.rows * found.dim }
      replaced.set(item, writeLookup(table, place, model.opset, pool, tied))
    }
    const made = [...pool.tensors.values()]
    const { graph } = found.constant.value
    added.set(graph, [...(added.get(graph) ?? []), ...made])
    return made
  })
  return { edit: { dropped: droppedWith(replacements.map(({ found }) => found)), replaced, added }, tensors, heads }
}

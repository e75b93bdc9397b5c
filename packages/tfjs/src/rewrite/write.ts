import type { Table } from '@slimbed/core'
import type { Pool } from '../express/builder.js'
import { type WrittenLookup, writeLookup } from '../express/lookup.js'
import { type FoundTable, nodeNamed } from '../find/tables.js'
import type { GraphModel, GraphNode } from '../model/types.js'
import type { Shard } from './options.js'
import { shardsOf } from './shards.js'

/** What stands for a table. */
export interface WrittenTable {
  readonly lookups: readonly WrittenLookup[]
  readonly pool: Pool
}

/** A beginning of names that no node has. */
function freshPrefix(nodes: readonly GraphNode[], wanted: string): string {
  let name = wanted
  for (let i = 1; nodes.some((node) => node.name.startsWith(`${name}/`)); i++) name = `${wanted}_${i}`
  return name
}

/** The lookups of a table as nodes. */
export function writeTableOf({ nodes }: GraphModel, found: FoundTable, table: Table): WrittenTable {
  const pool: Pool = { weights: new Map(), nodes: [] }
  const own = freshPrefix(nodes, `${found.name}/slimbed`)
  const lookups = found.lookups.map((lookup) =>
    writeLookup(
      table,
      lookup,
      pool,
      { table: own, lookup: freshPrefix(nodes, `${lookup.node.name}/slimbed`) },
      found.rows * found.dim
    )
  )
  return { lookups, pool }
}

/** How many inputs name each node. */
function usesOf(nodes: readonly GraphNode[]): Map<string, number> {
  const uses = new Map<string, number>()
  for (const { input = [] } of nodes) {
    for (const each of input) uses.set(nodeNamed(each), (uses.get(nodeNamed(each)) ?? 0) + 1)
  }
  return uses
}

/** The nodes without those that only the lookups before used: they would become outputs of the model. */
function withoutUnused(nodes: readonly GraphNode[], before: readonly GraphNode[]): GraphNode[] {
  const [had, uses] = [usesOf(before), usesOf(nodes)]
  const byName = new Map(nodes.map((node) => [node.name, node]))
  const unused = nodes.filter(({ name }) => had.has(name) && !uses.has(name))
  for (let node = unused.pop(); node; node = unused.pop()) {
    byName.delete(node.name)
    for (const each of node.input ?? []) {
      const name = nodeNamed(each)
      const left = (uses.get(name) ?? 0) - 1
      uses.set(name, left)
      const input = byName.get(name)
      if (left === 0 && input) unused.push(input)
    }
  }
  return [...byName.values()]
}

/** A model with other lookups, and its files. */
export function writeModel(
  model: GraphModel,
  written: readonly WrittenTable[],
  shardName: string
): { readonly json: string; readonly shards: Shard[] } {
  const replaced = new Map(
    written.flatMap(({ lookups }) => lookups.map(({ nodes }) => [nodes.at(-1)?.name ?? '', nodes] as const))
  )
  const others = model.nodes.flatMap((node) => replaced.get(node.name) ?? [node])
  const kept = withoutUnused(others, model.nodes)
  const constants = new Set(model.nodes.flatMap(({ name, op }) => (op === 'Const' ? [name] : [])))
  for (const { name } of kept) constants.delete(name)
  const weights = [
    ...[...model.weights.values()].filter(({ spec }) => !constants.has(spec.name)),
    ...written.flatMap(({ pool }) => [...pool.weights.values()])
  ]
  const shards = shardsOf(weights, shardName)
  const node = [...kept, ...written.flatMap(({ pool }) => pool.nodes)]
  const topology = { ...(model.json.modelTopology as object), node }
  const weightsManifest = [{ paths: shards.map(({ name }) => name), weights: weights.map(({ spec }) => spec) }]
  return { json: JSON.stringify({ ...model.json, modelTopology: topology, weightsManifest }), shards }
}

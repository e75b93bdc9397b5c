import type { GraphModel, GraphNode, Weight } from '../model/types.js'
import { wholeOf } from '../model/weights.js'

/** What takes rows of a table: `rows` gives them by their numbers, `segments` their sums or means by segment. */
export interface Lookup {
  readonly node: GraphNode
  readonly takes: 'rows' | 'segments'
}

/** A matrix of float32 that rows are taken of. */
export interface FoundTable {
  readonly name: string
  readonly rows: number
  readonly dim: number
  readonly weight: Weight
  readonly lookups: readonly Lookup[]
  /** Nodes that use it in other ways. */
  readonly otherUses: readonly GraphNode[]
}

/** The node that an input names: `name`, `name:0` or, for order alone, `^name`. */
export const nodeNamed = (input: string): string => input.replace(/^\^/, '').replace(/:\d+$/, '')

const gathers = new Set(['Gather', 'GatherV2', 'ResourceGather'])
const segments = new Set(['SparseSegmentMean', 'SparseSegmentSum'])
/** What hands a table on as it is. */
const passing = new Set(['Identity', 'ReadVariableOp', 'Enter'])

const batchDims = ({ attr }: GraphNode): number => {
  const value = attr?.batch_dims
  return typeof value === 'object' && value !== null && 'i' in value ? Number(value.i) : 0
}

function lookupOf(node: GraphNode, table: string, model: GraphModel): Lookup | undefined {
  const [from, ids = '', axis] = node.input ?? []
  if (from === undefined || nodeNamed(from) !== table || nodeNamed(ids) === table) return undefined
  if (segments.has(node.op)) return { node, takes: 'segments' }
  if (!gathers.has(node.op) || batchDims(node) !== 0) return undefined
  const alongRows = axis === undefined || axis.startsWith('^') || wholeOf(model.weights.get(nodeNamed(axis))) === 0
  return alongRows ? { node, takes: 'rows' } : undefined
}

/** The outputs of a model, as its signature and converters name them. */
function outputsOf({ json }: GraphModel): Set<string> {
  const { signature } = json
  const outputs = typeof signature === 'object' && signature !== null && 'outputs' in signature ? signature.outputs : {}
  const all: unknown[] = typeof outputs === 'object' && outputs !== null ? Object.values(outputs) : []
  return new Set(
    all.flatMap((output) =>
      typeof output === 'object' && output !== null && 'name' in output && typeof output.name === 'string'
        ? [nodeNamed(output.name)]
        : []
    )
  )
}

/** The tables of a model, in the order of its weights: matrices of which some node takes rows along the first axis. */
export function findTables(model: GraphModel): FoundTable[] {
  const users = new Map<string, GraphNode[]>()
  for (const node of model.nodes) {
    for (const name of new Set((node.input ?? []).map(nodeNamed))) {
      const found = users.get(name)
      if (found) found.push(node)
      else users.set(name, [node])
    }
  }
  const outputs = outputsOf(model)
  const usesOf = (name: string): { lookups: Lookup[]; others: GraphNode[] } => {
    const found = { lookups: [] as Lookup[], others: [] as GraphNode[] }
    for (const node of users.get(name) ?? []) {
      const lookup = lookupOf(node, name, model)
      if (lookup) found.lookups.push(lookup)
      else if (passing.has(node.op) && node.input?.length === 1 && !outputs.has(node.name)) {
        const beyond = usesOf(node.name)
        found.lookups.push(...beyond.lookups)
        found.others.push(...beyond.others)
      } else found.others.push(node)
    }
    return found
  }
  const tables: FoundTable[] = []
  for (const { name, op } of model.nodes) {
    const weight = op === 'Const' ? model.weights.get(name) : undefined
    if (weight?.spec.dtype !== 'float32' || weight.spec.shape.length !== 2) continue
    const [rows, dim] = weight.spec.shape
    if (rows < 1 || dim < 1) continue
    const { lookups, others } = usesOf(name)
    if (lookups.length > 0) tables.push({ name, rows, dim, weight, lookups, otherUses: others })
  }
  return tables
}

import { attributesOf, type Graph, type Item } from '../model/graph.js'
import { type Constant, constantOf } from './constants.js'
import type { Use, Value, Values } from './scope.js'

/** A place where rows of a table are taken. */
export interface Lookup {
  readonly graph: Graph
  /** The node that takes them: nodes for a smaller table come in its place. */
  readonly item: Item
  /** The name of the row numbers. */
  readonly ids: string
  /** The name of the rows. */
  readonly output: string
  /** Nodes after it that go, too. */
  readonly after: readonly Item[]
}

/** Whether a use takes rows: `Gather` along axis 0 of a matrix. */
export function takesRows({ node, at }: Use): boolean {
  if (node.opType !== 'Gather' || node.domain !== '' || at !== 0 || node.inputs.length !== 2) return false
  const axis = attributesOf(node).get('axis')?.i ?? 0
  return (axis === 0 || axis === -2) && node.outputs.length === 1
}

/** What a use of a matrix takes. */
export function lookupOf({ graph, item, node }: Use, decoded?: Use): Lookup {
  const output = (decoded?.node ?? node).outputs[0]
  return { graph, item, ids: node.inputs[1], output, after: decoded ? [decoded.item] : [] }
}

/** Rows of codes that become values after they are taken. */
export interface Decoded {
  /** The `DequantizeLinear`. */
  readonly use: Use
  /** Its scale, and its zero where it has one: one number each. */
  readonly grid: readonly Constant[]
}

/** The `DequantizeLinear` with one scale for all that alone takes the rows; undefined for anything else. */
export function decodedAfter(rows: Value, values: Values): Decoded | undefined {
  const [use, ...more] = rows.uses
  if (!use || more.length > 0 || rows.leaves || use.graph !== rows.graph || use.at !== 0) return undefined
  const { node } = use
  if (node.opType !== 'DequantizeLinear' || node.domain !== '' || node.outputs.length !== 1) return undefined
  const grid = node.inputs.slice(1).map((_, i) => constantOf(values.inputOf(node, i + 1), values))
  const found = grid.flatMap((each) => (each?.tensor && each.dims.every((size) => size === 1) ? [each] : []))
  return found.length > 0 && found.length === grid.length ? { use, grid: found } : undefined
}

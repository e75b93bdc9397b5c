import { SlimbedError } from '@slimbed/core'
import type { Graph, Item, Node } from '../model/graph.js'
import type { Model } from '../model/model.js'

/** Where a value is used: input number `at` of a node. */
export interface Use {
  readonly graph: Graph
  readonly item: Item
  readonly node: Node
  readonly at: number
}

/** A value of a graph: a tensor, what a node makes, or an input. */
export interface Value {
  readonly name: string
  readonly graph: Graph
  /** What makes it; undefined for an input without a tensor. */
  readonly item: Item | undefined
  readonly uses: Use[]
  /** Whether it leaves the graph. */
  leaves: boolean
}

/** All values of a model, and what the inputs of nodes stand for. */
export interface Values {
  /** In the order of the file. */
  readonly all: readonly Value[]
  /** The value that a node's input is; undefined where it is left out or not to be found. */
  inputOf(node: Node, at: number): Value | undefined
  /** Every name that occurs in the model. */
  readonly names: ReadonlySet<string>
}

interface Scope {
  readonly values: Map<string, Value>
  readonly outer: Scope | undefined
}

function lookUp(name: string, scope: Scope): Value | undefined {
  for (let at: Scope | undefined = scope; at; at = at.outer) {
    const found = at.values.get(name)
    if (found) return found
  }
  return undefined
}

/** Finds what every name of a model stands for. Throws `corrupt-file` for a name that two nodes or tensors of a graph have. */
export function valuesOf({ graph }: Model): Values {
  const all: Value[] = []
  const names = new Set<string>()
  const inputs = new Map<Node, (Value | undefined)[]>()

  function define(graph: Graph, outer: Scope | undefined): Scope {
    const scope: Scope = { values: new Map(), outer }
    const add = (name: string, item: Item | undefined) => {
      if (name === '') return
      names.add(name)
      if (scope.values.has(name)) {
        throw new SlimbedError('corrupt-file', `not a valid ONNX file: ${JSON.stringify(name)} is defined twice`)
      }
      const value: Value = { name, graph, item, uses: [], leaves: false }
      scope.values.set(name, value)
      all.push(value)
    }
    for (const item of graph.items) {
      if (item.tensor) add(item.tensor.name, item)
      for (const output of item.node?.outputs ?? []) add(output, item)
    }
    for (const { name } of graph.inputs) if (!scope.values.has(name)) add(name, undefined)
    return scope
  }

  function resolve(graph: Graph, outer: Scope | undefined): void {
    const scope = define(graph, outer)
    for (const { name } of graph.outputs) {
      names.add(name)
      const value = lookUp(name, scope)
      if (value) value.leaves = true
    }
    for (const item of graph.items) {
      const { node } = item
      if (!node) continue
      names.add(node.name)
      const found = node.inputs.map((name) => lookUp(name, scope))
      inputs.set(node, found)
      for (const [at, value] of found.entries()) value?.uses.push({ graph, item, node, at })
      for (const inner of node.graphs) resolve(inner, scope)
    }
  }

  resolve(graph, undefined)
  return { all, names, inputOf: (node, at) => inputs.get(node)?.[at] }
}

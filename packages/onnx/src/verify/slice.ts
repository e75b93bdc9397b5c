import { SlimbedError } from '@slimbed/core'
import { type Operand, operandOf } from '../evaluate/array.js'
import { operatorOf } from '../evaluate/operators.js'
import { elementsHere, type Outside } from '../find/outside.js'
import type { Value, Values } from '../find/scope.js'
import { attributesOf, type Graph, type Node } from '../model/graph.js'
import type { Stored } from '../model/tensor.js'

/** A lookup of a model: the nodes between row numbers and rows, in an order in which they can be run, and their tensors. */
export interface Slice {
  readonly ids: string
  readonly output: string
  readonly nodes: readonly Node[]
  readonly tensors: readonly Stored[]
}

/** The lookup that makes the value `output` of a graph from the value `ids`. Throws `corrupt-file` where there is none. */
export function sliceOf(values: Values, graph: Graph, output: string, ids: string): Slice {
  const nodes: Node[] = []
  const tensors: Stored[] = []
  const seen = new Set<Value | Node>()
  function visit(value: Value | undefined): void {
    if (!value || value.name === ids || seen.has(value)) return
    seen.add(value)
    const { node, tensor } = value.item ?? {}
    if (tensor) tensors.push(tensor)
    else if (node) {
      // One of several outputs may be visited after another.
      if (seen.has(node)) return
      seen.add(node)
      for (const at of node.inputs.keys()) visit(values.inputOf(node, at))
      nodes.push(node)
    } else
      throw new SlimbedError(
        'corrupt-file',
        `the rows ${JSON.stringify(output)} depend on more than ${JSON.stringify(ids)}`
      )
  }
  visit(values.all.find((value) => value.graph === graph && value.name === output))
  if (nodes.length > 0) return { ids, output, nodes, tensors }
  throw new SlimbedError('corrupt-file', `there are no rows ${JSON.stringify(output)}`)
}

/** What takes rows by numbers. */
export type Look = (ids: Operand) => Operand

/** A lookup that is computed here, operator by operator. What depends on tensors alone is computed once. */
export async function evaluatorOf({ ids, output, nodes, tensors }: Slice, outside: Outside): Promise<Look> {
  const constants = new Map<string, Operand>()
  for (const tensor of tensors) {
    constants.set(tensor.name, operandOf(tensor.type, tensor.dims, await elementsHere(tensor, outside)))
  }
  const run = (node: Node, known: (name: string) => Operand | undefined, made: Map<string, Operand>): void => {
    const inputs = node.inputs.map((name) => {
      const found = known(name)
      if (found) return found
      throw new SlimbedError('corrupt-file', `the value ${JSON.stringify(name)} is used before it is made`)
    })
    const outputs = [operatorOf(node.opType, node.domain)(inputs, attributesOf(node))].flat()
    for (const [i, output] of outputs.entries()) if (node.outputs[i] !== undefined) made.set(node.outputs[i], output)
  }
  const later: Node[] = []
  for (const node of nodes) {
    if (node.inputs.every((name) => constants.has(name))) {
      run(node, (name) => constants.get(name), constants)
    } else later.push(node)
  }
  return (numbers) => {
    const made = new Map([[ids, numbers]])
    for (const node of later) run(node, (name) => made.get(name) ?? constants.get(name), made)
    return made.get(output) ?? constants.get(output) ?? numbers
  }
}

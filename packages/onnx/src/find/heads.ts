import { attributesOf, type Graph, type Item } from '../model/graph.js'
import type { Use, Values } from './scope.js'

/** A place where rows of a table are multiplied with vectors, as the output of a language model does: `x · tableᵀ`. */
export interface Head {
  readonly graph: Graph
  /** The `MatMul` or `Gemm`: nodes for a smaller table come in its place. */
  readonly item: Item
  /** The name of the vectors. */
  readonly x: string
  /** The name of the products, of `[…, rows]`. */
  readonly output: string
  /** What is added to them. */
  readonly bias: string | undefined
  /** The node before it that turns the table, which goes, too. */
  readonly before: readonly Item[]
}

/** Whether a node multiplies with its second input, which is turned where `turned` says so. */
function productOf({ graph, item, node, at }: Use, turned: boolean, before: readonly Item[] = []): Head | undefined {
  const [x, , bias = ''] = node.inputs
  if (at !== 1 || node.domain !== '' || node.outputs.length !== 1 || node.inputs[0] === node.inputs[1]) return undefined
  const head = { graph, item, x, output: node.outputs[0], before }
  if (node.opType === 'MatMul') return turned ? { ...head, bias: undefined } : undefined
  if (node.opType !== 'Gemm') return undefined
  const attributes = attributesOf(node)
  const plain = (attributes.get('alpha')?.f ?? 1) === 1 && (attributes.get('beta')?.f ?? 1) === 1
  const own = (attributes.get('transA')?.i ?? 0) === 0 && (attributes.get('transB')?.i ?? 0) === (turned ? 0 : 1)
  return plain && own ? { ...head, bias: bias === '' ? undefined : bias } : undefined
}

/** The products after a node that turns a table; undefined where something else uses what it makes. */
function afterTurning({ item, node }: Use, values: Values): readonly Head[] | undefined {
  if (node.opType !== 'Transpose' || node.domain !== '') return undefined
  const perm = attributesOf(node).get('perm')?.ints ?? []
  const made = values.all.find((value) => value.item === item)
  if (!made || made.leaves || (perm.length > 0 && `${perm}` !== '1,0')) return undefined
  const heads = made.uses.map((use) => productOf(use, true, [item]))
  return heads.every((head) => head !== undefined) && heads.length > 0 ? heads : undefined
}

/** The heads among the uses of a matrix, and the other uses. `turned` says that it lies as `dim × rows`. */
export function headsAmong(
  uses: readonly Use[],
  turned: boolean,
  values: Values
): { readonly heads: readonly Head[]; readonly others: readonly Use[] } {
  const heads: Head[] = []
  const others: Use[] = []
  for (const use of uses) {
    const direct = productOf(use, turned)
    const found = direct ? [direct] : turned ? undefined : afterTurning(use, values)
    if (found) heads.push(...found)
    else others.push(use)
  }
  return { heads, others }
}

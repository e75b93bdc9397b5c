import { bytesOf, fieldsOf } from '../wire/reader.js'
import { bytesField, type Chunks, numberField, textField } from '../wire/writer.js'
import { encodeDeclared, encodeExternal, encodeNode, encodeTensor, type NewNode, type NewTensor } from './encode.js'
import { type Graph, graphFields, type Item, type Node } from './graph.js'
import { type Model, modelFields } from './model.js'
import { attributeFields, nodeFields } from './node.js'
import type { External } from './tensor.js'

/** What is changed in a model. What is not named stays as it is, byte for byte. */
export interface Edit {
  readonly dropped: ReadonlySet<Item>
  /** Nodes in place of one. */
  readonly replaced: ReadonlyMap<Item, readonly NewNode[]>
  /** Tensors that a graph has besides. */
  readonly added: ReadonlyMap<Graph, readonly NewTensor[]>
  /** Where tensors that lie in another file lie from now on. */
  readonly moved: ReadonlyMap<Item, External>
  /** The same for tensors that are added. */
  readonly outside: ReadonlyMap<NewTensor, External>
}

/** Up to this version of the format tensors are inputs, too. */
const asInputs = 3

/** A node whose graphs are changed; undefined where none is. */
function editNode(node: Node, edit: Edit, irVersion: number): Chunks | undefined {
  const graphs = node.graphs.map((graph) => editGraph(graph, edit, irVersion))
  if (graphs.every((graph) => graph === undefined)) return undefined
  const { bytes } = node
  const chunks: Uint8Array[] = []
  let next = 0
  for (const field of fieldsOf(bytes)) {
    const raw = bytes.subarray(field.at, field.end)
    if (field.number !== nodeFields.attribute) {
      chunks.push(raw)
      continue
    }
    const attribute = bytesOf(bytes, field)
    const inner: Uint8Array[] = []
    for (const each of fieldsOf(attribute)) {
      const holds = each.number === attributeFields.g || each.number === attributeFields.graphs
      const changed = holds ? graphs[next++] : undefined
      inner.push(...(changed ? bytesField(each.number, changed) : [attribute.subarray(each.at, each.end)]))
    }
    chunks.push(...bytesField(nodeFields.attribute, inner))
  }
  return chunks
}

/** The fields that stand for an item; undefined where it stays. */
function editItem(item: Item, edit: Edit, irVersion: number): Chunks | undefined {
  if (edit.dropped.has(item)) return []
  const nodes = edit.replaced.get(item)
  if (nodes) return nodes.flatMap((node) => bytesField(graphFields.node, encodeNode(node)))
  const place = edit.moved.get(item)
  if (place && item.tensor) return bytesField(graphFields.initializer, encodeExternal(item.tensor, place))
  const node = item.node && editNode(item.node, edit, irVersion)
  return node && bytesField(graphFields.node, node)
}

/** A graph as changed; undefined where nothing in it is. */
function editGraph(graph: Graph, edit: Edit, irVersion: number): Chunks | undefined {
  const tensors = edit.added.get(graph) ?? []
  const chunks: Uint8Array[] = []
  let touched = tensors.length > 0
  for (const item of graph.items) {
    const changed = editItem(item, edit, irVersion)
    touched ||= changed !== undefined
    for (const chunk of changed ?? [item.raw]) chunks.push(chunk)
  }
  if (!touched) return undefined
  for (const tensor of tensors) {
    const place = edit.outside.get(tensor)
    chunks.push(...bytesField(graphFields.initializer, place ? encodeExternal(tensor, place) : encodeTensor(tensor)))
    if (irVersion > asInputs) continue
    chunks.push(...bytesField(graphFields.input, encodeDeclared(tensor.name, tensor.type, tensor.dims)))
  }
  return chunks
}

/** The domains of new nodes that a model does not name yet, as it names them: the first version of each. */
function newDomains({ domains }: Model, { replaced }: Edit): Chunks {
  const used = [...replaced.values()].flatMap((nodes) => nodes.flatMap(({ domain }) => domain ?? []))
  const missing = [...new Set(used)].filter((domain) => !domains.has(domain))
  return missing.flatMap((domain) => bytesField(modelFields.opset, [...textField(1, domain), ...numberField(2, 1)]))
}

/** The bytes of a model as changed, in pieces. */
export function editModel(model: Model, edit: Edit): Chunks {
  const { bytes, graph, graphField, irVersion } = model
  const changed = editGraph(graph, edit, irVersion)
  if (!changed) return [bytes]
  const [before, after] = [bytes.subarray(0, graphField.at), bytes.subarray(graphField.end)]
  return [before, ...bytesField(graphField.number, changed), after, ...newDomains(model, edit)]
}

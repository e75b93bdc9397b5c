import { SlimbedError } from '@slimbed/core'
import { fail, isObject, listOf, objectOf, textOf } from './check.js'
import type { GraphModel, GraphNode } from './types.js'
import { type ReadShard, readWeights } from './weights.js'

/** A model: its `model.json`, and what reads the files that it names, which lie beside it. */
export interface TfjsInput {
  /** `model.json`, parsed. */
  readonly json: unknown
  readonly read: ReadShard
}

function nodeOf(value: unknown): GraphNode {
  const { name, op, input, attr } = objectOf(value, 'a node')
  const inputs =
    input === undefined ? undefined : listOf(input, 'the inputs of a node').map((each) => textOf(each, 'an input'))
  return {
    name: textOf(name, 'the name of a node'),
    op: textOf(op, 'the operator of a node'),
    ...(inputs && { input: inputs }),
    ...(isObject(attr) && { attr })
  }
}

/**
 * Reads a graph model of TensorFlow.js. Rejects with `unsupported` for a layers model and types of weights that are not known, with `corrupt-file` for what is no model, and as
 * reading its files does.
 */
export async function readGraphModel({ json: given, read }: TfjsInput): Promise<GraphModel> {
  const json = objectOf(given, 'model.json')
  const topology = objectOf(json.modelTopology, 'modelTopology')
  if (json.format === 'layers-model' || isObject(topology.model_config)) {
    throw new SlimbedError(
      'unsupported',
      'this is a layers model; graph models are rewritten (tensorflowjs_converter --output_format=tfjs_graph_model)'
    )
  }
  const nodes = listOf(topology.node, 'modelTopology.node').map(nodeOf)
  if (new Set(nodes.map(({ name }) => name)).size < nodes.length) fail('two nodes have one name')
  return { json, nodes, weights: await readWeights(json.weightsManifest, read) }
}

import type { Table } from '@slimbed/core'
import { fail, isObject } from '../model/check.js'
import type { Weight } from '../model/types.js'
import { shardsOf } from '../rewrite/shards.js'
import type { LayerTable } from './find.js'
import type { Layer, LayersModel } from './types.js'
import { type LayerWeights, layerWeights } from './weights.js'

/** A table of layers that was written: its weights, and the layers that look rows up. */
export interface WrittenLayers extends LayerWeights {
  readonly found: LayerTable
  readonly layers: readonly Layer[]
}

/** Inputs of layers that are written as lists of lists, as TensorFlow.js reads them. */
const listsOf = (layer: Layer): readonly (readonly unknown[])[] => {
  const { inbound_nodes: nodes } = layer
  if (nodes === undefined) return []
  const isRead = Array.isArray(nodes) && nodes.every((node) => Array.isArray(node))
  return isRead ? nodes : fail('the inputs of a layer are not those that TensorFlow.js reads')
}

/** A beginning of names that no layer has. */
function freshName({ layers }: LayersModel, wanted: string): string {
  const names = new Set(layers.map(({ config }) => config.name))
  let name = wanted
  for (let i = 1; names.has(name); i++) name = `${wanted}_${i}`
  return name
}

/** The `Embedding` layer of a smaller table, and a `Dense` layer after it where it has two factors. Throws as `layerWeights` does. */
export function writeLayersOf(model: LayersModel, found: LayerTable, table: Table): WrittenLayers {
  const { layer, name } = found
  const dense = freshName(model, `${layer.config.name}_slimbed`)
  const weights = layerWeights(name, `${dense}/kernel`, table)
  if (!weights.kernel) return { ...weights, found, layers: [layer] }
  const embedding = { ...layer, config: { ...layer.config, output_dim: weights.kernel.spec.shape[0] } }
  // A layer that is called several times has as many outputs.
  const nodes = listsOf(layer).map((_, i) => [[layer.config.name, i, 0, {}]])
  const config = { name: dense, units: found.dim, activation: 'linear', use_bias: false, trainable: true }
  const after: Layer = {
    class_name: 'Dense',
    config,
    ...(model.sequential ? {} : { name: dense, inbound_nodes: nodes })
  }
  return { ...weights, found, layers: [embedding, after] }
}

/** References to layers, at any depth, with other names: lists that begin with a name and a number. */
function renamed(value: unknown, names: ReadonlyMap<unknown, unknown>): unknown {
  if (!Array.isArray(value)) return value
  if (typeof value[0] === 'string' && typeof value[1] === 'number') {
    return [names.get(value[0]) ?? value[0], ...value.slice(1)]
  }
  return value.map((each) => renamed(each, names))
}

/** A model with other tables, and its files. */
export function writeLayersModel(
  model: LayersModel,
  written: readonly WrittenLayers[],
  shardName: string
): { readonly json: string; readonly shards: ReturnType<typeof shardsOf> } {
  const byLayer = new Map(written.map((one) => [one.found.layer, one]))
  const names = new Map(
    written.flatMap(({ layers: [first, after] }) => (after ? [[first.config.name, after.config.name]] : []))
  )
  const layers = model.layers.flatMap((layer) => {
    const own = byLayer.get(layer)
    if (own) return own.layers
    return isObject(layer) && 'inbound_nodes' in layer
      ? [{ ...layer, inbound_nodes: renamed(layer.inbound_nodes, names) }]
      : [layer]
  })
  const byWeight = new Map(written.map((one) => [one.found.name, one]))
  const weights = [...model.weights.values()].flatMap((weight): Weight[] => {
    const own = byWeight.get(weight.spec.name)
    return own ? [own.embeddings, ...(own.kernel ? [own.kernel] : [])] : [weight]
  })
  const shards = shardsOf(weights, shardName)
  const modelTopology = model.with(layers, (outputs) => renamed(outputs, names))
  const weightsManifest = [{ paths: shards.map(({ name }) => name), weights: weights.map(({ spec }) => spec) }]
  return { json: JSON.stringify({ ...model.json, modelTopology, weightsManifest }), shards }
}

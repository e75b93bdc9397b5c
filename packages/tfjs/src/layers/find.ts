import type { Weight } from '../model/types.js'
import type { Layer, LayersModel } from './types.js'

/** The matrix behind an `Embedding` layer. */
export interface LayerTable {
  /** The name of its weight. */
  readonly name: string
  readonly rows: number
  readonly dim: number
  readonly layer: Layer
  readonly weight: Weight
}

/** Whether a weight is that of a layer: `layer/embeddings`, also with more names between or before. */
const isOf = (weight: string, layer: unknown): boolean => {
  const parts = weight.split('/')
  return parts.at(-1) === 'embeddings' && parts.slice(0, -1).some((part) => part === layer)
}

/** The tables of a model, in the order of its layers. */
export function findLayerTables({ layers, weights }: Pick<LayersModel, 'layers' | 'weights'>): LayerTable[] {
  return layers.flatMap((layer) => {
    if (layer.class_name !== 'Embedding') return []
    const weight = [...weights.values()].find(({ spec }) => isOf(spec.name, layer.config.name))
    if (weight?.spec.dtype !== 'float32' || weight.spec.shape.length !== 2) return []
    const [rows, dim] = weight.spec.shape
    return rows >= 1 && dim >= 1 ? [{ name: weight.spec.name, rows, dim, layer, weight }] : []
  })
}

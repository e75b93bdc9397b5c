import { isObject, listOf, objectOf } from '../model/check.js'
import type { Weight } from '../model/types.js'

type Fields = Readonly<Record<string, unknown>>

/** A layer of a model, as `model.json` has it. */
export type Layer = Fields & { readonly class_name: string; readonly config: Fields }

/** A layers model that has been read. */
export interface LayersModel {
  /** `model.json` as it is. */
  readonly json: Fields
  /** `Sequential`, or another name for a model of layers that name their inputs. */
  readonly sequential: boolean
  readonly layers: readonly Layer[]
  /** `model.json` with other layers. */
  with(layers: readonly Layer[], rename: (outputs: unknown) => unknown): Fields
  readonly weights: ReadonlyMap<string, Weight>
}

const layerOf = (value: unknown): Layer => {
  const layer = objectOf(value, 'a layer')
  return { ...layer, class_name: String(layer.class_name), config: objectOf(layer.config, 'the config of a layer') }
}

/** Whether a `model.json`, parsed, is that of a layers model. */
export function isLayersModel(json: unknown): json is Fields {
  if (!isObject(json)) return false
  const { modelTopology: topology } = json
  return (
    json.format === 'layers-model' || (isObject(topology) && ('model_config' in topology || 'class_name' in topology))
  )
}

/** The layers of a model and what puts others in their place. Throws `corrupt-file` for what is no layers model. */
export function layersOf(json: Fields): Omit<LayersModel, 'weights'> {
  const topology = objectOf(json.modelTopology, 'modelTopology')
  const inner = 'model_config' in topology ? objectOf(topology.model_config, 'model_config') : topology
  const { config } = inner
  // Old Keras lists the layers of a sequential model without a name for it.
  const plain = Array.isArray(config)
  const layers = listOf(plain ? config : objectOf(config, 'the config of the model').layers, 'layers').map(layerOf)
  return {
    json,
    sequential: inner.class_name === 'Sequential',
    layers,
    with(made, rename) {
      const fields = plain ? {} : objectOf(config, 'the config of the model')
      const outputs = 'output_layers' in fields ? { output_layers: rename(fields.output_layers) } : {}
      const changed = { ...inner, config: plain ? made : { ...fields, layers: made, ...outputs } }
      return 'model_config' in topology ? { ...topology, model_config: changed } : changed
    }
  }
}

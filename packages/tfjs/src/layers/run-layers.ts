import { SlimbedError } from '@slimbed/core'
import type { io } from '@tensorflow/tfjs-core'
import { told } from '../rewrite/choose.js'
import { joined, specOf, type TfLookup, unwrap, useCpu } from '../rewrite/run-lookup.js'
import type { WrittenLayers } from './write.js'

/** The layers of a table, in TensorFlow.js on its cpu backend, without the rest of the model. */
export async function openLayers({ layers, embeddings, kernel, found }: WrittenLayers): Promise<TfLookup> {
  const { loadLayersModel } = unwrap(await import('@tensorflow/tfjs-layers'))
  const tf = unwrap(await import('@tensorflow/tfjs-core'))
  const restore = await useCpu()
  const weights = [embeddings, ...(kernel ? [kernel] : [])]
  const alone = layers.map(({ class_name, config }, i) => {
    const { input_length, batch_input_shape, ...own } = config as Record<string, unknown>
    return { class_name, config: i === 0 ? { ...own, batch_input_shape: [null, null] } : own }
  })
  const artefact: io.ModelArtifacts = {
    format: 'layers-model',
    modelTopology: {
      class_name: 'Sequential',
      config: { name: 'lookup', layers: alone },
      keras_version: '2.1.6',
      backend: 'tensor_flow.js'
    },
    weightSpecs: weights.map(({ spec }) => specOf(spec)),
    weightData: joined(weights)
  }
  try {
    const model = await loadLayersModel(tf.io.fromMemory(artefact))
    return {
      version: tf.version_core,
      async take(start, count) {
        const ids = tf.tensor2d(
          Float32Array.from({ length: count }, (_, i) => start + i),
          [1, count]
        )
        const made = model.predict(ids, { batchSize: 1 })
        const [rows] = Array.isArray(made) ? made : [made]
        const data = await rows.data<'float32'>()
        rows.dispose()
        ids.dispose()
        return data.subarray(0, count * found.dim)
      },
      async close() {
        model.dispose()
        await restore()
      }
    }
  } catch (error) {
    await restore()
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error)
    const message = `TensorFlow.js does not load the layers of ${told(found)}: ${why}`
    throw new SlimbedError('unsupported', message, { cause: error })
  }
}

import type { GraphModel as TfGraphModel } from '@tensorflow/tfjs-converter'
import type { io } from '@tensorflow/tfjs-core'
import type { WrittenLookup } from '../express/lookup.js'
import type { GraphNode, Weight, WeightSpec } from '../model/types.js'
import type { WrittenTable } from './write.js'

/** Takes rows by their numbers, as TensorFlow.js does it. */
export interface TfLookup {
  readonly version: string
  /** `count × dim` values of the rows from `start` on. */
  take(start: number, count: number): Promise<Float32Array>
  close(): Promise<void>
}

/** A module, whatever wraps it. */
export const unwrap = <Module extends object>(module: Module & { default?: Module }): Module => module.default ?? module

/** The nodes that the rows come from, with `numbers` in the place of what gives their numbers. */
function nodesFor({ nodes, ids, rows }: WrittenLookup, numbers: string): GraphNode[] {
  const byName = new Map(nodes.map((node) => [node.name, node]))
  const found: GraphNode[] = []
  const visit = (name: string): void => {
    const node = byName.get(name)
    if (!node) return
    byName.delete(name)
    found.push({ ...node, input: (node.input ?? []).map((input) => (input === ids ? numbers : input)) })
    node.input?.forEach(visit)
  }
  visit(rows)
  return found
}

/** Joins the bytes of weights. */
export function joined(weights: readonly Weight[]): ArrayBuffer {
  const out = new Uint8Array(weights.reduce((sum, { bytes }) => sum + bytes.length, 0))
  let at = 0
  for (const { bytes } of weights) {
    out.set(bytes, at)
    at += bytes.length
  }
  return out.buffer
}

/** Makes the cpu backend the current one of tfjs. Resolves to what puts the other one back. */
export async function useCpu(): Promise<() => Promise<void>> {
  const tf = unwrap(await import('@tensorflow/tfjs-core'))
  const [before, talks] = [tf.getBackend(), !tf.env().getBool('PROD')]
  // tfjs talks on the console unless in production mode.
  tf.env().set('PROD', true)
  await import('@tensorflow/tfjs-backend-cpu')
  await tf.setBackend('cpu')
  return async () => {
    tf.env().set('PROD', !talks)
    if (before && before !== 'cpu') await tf.setBackend(before)
  }
}

/** A lookup that was written, in TensorFlow.js on its cpu backend, without the rest of the model. */
export async function openLookup(lookup: WrittenLookup, { pool }: WrittenTable): Promise<TfLookup> {
  const { loadGraphModel } = unwrap(await import('@tensorflow/tfjs-converter'))
  const numbers = 'slimbed_numbers'
  const placeholder: GraphNode = {
    name: numbers,
    op: 'Placeholder',
    attr: { dtype: { type: 'DT_INT32' }, shape: { shape: { dim: [{ size: '-1' }] } } }
  }
  const weights = [...pool.weights.values()]
  const tf = unwrap(await import('@tensorflow/tfjs-core'))
  const restore = await useCpu()
  const artefact: io.ModelArtifacts = {
    format: 'graph-model',
    modelTopology: { node: [placeholder, ...nodesFor(lookup, numbers), ...pool.nodes], versions: { producer: 1 } },
    weightSpecs: weights.map(({ spec }) => specOf(spec)),
    weightData: joined(weights)
  }
  let model: TfGraphModel
  try {
    model = await loadGraphModel(tf.io.fromMemory(artefact))
  } catch (error) {
    await restore()
    throw error
  }
  return {
    version: tf.version_core,
    async take(start, count) {
      const ids = tf.tensor1d(
        Int32Array.from({ length: count }, (_, i) => start + i),
        'int32'
      )
      const made = model.execute({ [numbers]: ids }, lookup.rows)
      const [rows] = Array.isArray(made) ? made : [made]
      const data = await rows.data<'float32'>()
      rows.dispose()
      ids.dispose()
      return data
    },
    async close() {
      model.dispose()
      await restore()
    }
  }
}

/** A weight as a manifest of tfjs has it. */
export interface TfWeight {
  name: string
  shape: number[]
  dtype: 'int32' | 'float32'
  quantization?: { dtype: 'uint8' | 'uint16' | 'float16'; min?: number; scale?: number }
}

/** A weight as tfjs types it. */
export function specOf({ name, shape, dtype, quantization }: WeightSpec): TfWeight {
  const { dtype: stored, min, scale } = quantization ?? {}
  const grid = { ...(min !== undefined && { min }), ...(scale !== undefined && { scale }) }
  const type = dtype === 'int32' ? 'int32' : 'float32'
  return { name, shape: [...shape], dtype: type, ...(stored && { quantization: { dtype: stored, ...grid } }) }
}

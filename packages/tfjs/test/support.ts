import { readFileSync } from 'node:fs'
import '@tensorflow/tfjs-backend-cpu'
import { type GraphModel, loadGraphModel } from '@tensorflow/tfjs-converter'
import * as tf from '@tensorflow/tfjs-core'
import { expect } from 'vitest'
import type { RewrittenTfjs, TfjsInput } from '../src/index.js'

// It talks on the console at first use otherwise.
tf.env().set('PROD', true)

export type Json = Record<string, unknown>

/** A node of a graph. */
export const node = (name: string, op: string, input: readonly string[] = [], attr: Json = {}) => ({
  name,
  op,
  input,
  attr
})

export const type = (name: string) => ({ type: name })

/** A weight of a model that is made by hand. */
export interface HandWeight {
  readonly name: string
  readonly shape: readonly number[]
  readonly data: Float32Array | Int32Array | Uint8Array | Uint16Array
  readonly quantization?: Json
}

const bytesOf = ({ data }: HandWeight) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength)

/** A model of these nodes and weights, in files of `shard` bytes. */
export function modelOf(nodes: readonly Json[], weights: readonly HandWeight[], shard = 1000): TfjsInput {
  const constants = weights.map(({ name, data }) =>
    node(name, 'Const', [], { dtype: type(data instanceof Int32Array ? 'DT_INT32' : 'DT_FLOAT') })
  )
  const data = Buffer.concat(weights.map(bytesOf))
  const paths = Array.from({ length: Math.max(1, Math.ceil(data.length / shard)) }, (_, i) => `part${i}.bin`)
  const specs = weights.map(({ name, shape, data: values, quantization }) => ({
    ...{ name, shape, dtype: values instanceof Int32Array ? 'int32' : 'float32' },
    ...(quantization && { quantization })
  }))
  return {
    json: {
      format: 'graph-model',
      modelTopology: { node: [...nodes, ...constants], versions: { producer: 1 } },
      weightsManifest: [{ paths, weights: specs }]
    },
    read: async (path) => data.subarray(paths.indexOf(path) * shard, (paths.indexOf(path) + 1) * shard)
  }
}

/** A model that was rewritten, as an input. */
export const inputOf = ({ json, shards }: Pick<RewrittenTfjs, 'json' | 'shards'>): TfjsInput => ({
  json: JSON.parse(json),
  read: async (path) => shards.find(({ name }) => name === path)?.bytes ?? Promise.reject(new Error(path))
})

/** A model of files. */
export const folderInput = (folder: string): TfjsInput => ({
  json: JSON.parse(readFileSync(`${folder}/model.json`, 'utf8')),
  read: async (path) => readFileSync(`${folder}/${path}`)
})

/** Loads a model in stock tfjs, on the current backend. */
export async function loaded({ json, read }: TfjsInput): Promise<GraphModel> {
  const { modelTopology, weightsManifest, format, signature } = json as {
    modelTopology: object
    format: string
    signature?: object
    weightsManifest: { paths: string[]; weights: tf.io.WeightsManifestEntry[] }[]
  }
  const files = await Promise.all(weightsManifest.flatMap(({ paths }) => paths).map(read))
  const data = Uint8Array.from(Buffer.concat(files))
  const weightSpecs = weightsManifest.flatMap(({ weights }) => weights)
  const artefact = { modelTopology, format, weightSpecs, weightData: data.buffer, ...(signature && { signature }) }
  return loadGraphModel(tf.io.fromMemory(artefact as tf.io.ModelArtifacts))
}

/** What a model makes of tensors, as arrays with their shapes; `loops` says whether it has control flow. */
export async function run(
  model: GraphModel,
  inputs: Record<string, tf.Tensor>,
  outputs: readonly string[],
  loops = false
) {
  const made = loops ? await model.executeAsync(inputs, [...outputs]) : model.execute(inputs, [...outputs])
  const tensors = Array.isArray(made) ? made : [made]
  return Promise.all(tensors.map(async (tensor) => ({ shape: tensor.shape, data: Array.from(await tensor.data()) })))
}

/** Numbers that differ by less than rounding of float32 does. */
export function expectNear(got: readonly number[], wanted: readonly number[]): void {
  expect(got.length).toBe(wanted.length)
  expect(got.findIndex((value, i) => !(Math.abs(value - wanted[i]) < 1e-4))).toBe(-1)
}

export { tf }

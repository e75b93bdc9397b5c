/** @import { Engine } from '../engine.js' */
import { productModel } from './onnx-model.js'

/**
 * What is used of `onnxruntime-node`; its own types are not to be had where it is not installed.
 * @typedef {object} OnnxTensor
 * @typedef {{ run(feeds: Record<string, OnnxTensor>, fetches: Record<string, OnnxTensor>): Promise<unknown>, release(): Promise<void> }} OnnxSession
 * @typedef {{
 *   env: { logLevel?: string },
 *   Tensor: new (type: 'float32', data: Float32Array, sizes: number[]) => OnnxTensor,
 *   InferenceSession: { create(model: Uint8Array, options: object): Promise<OnnxSession> }
 * }} OnnxRuntime
 */

/** One thread each: how the runtime splits a product among threads changes how it rounds. */
const sessionOptions = {
  executionProviders: ['cpu'],
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  enableMemPattern: false,
  logSeverityLevel: 3
}

/**
 * The same numbers in memory of this thread alone: the runtime takes no shared memory.
 * @param {Float32Array} data
 */
const own = (data) => (data.buffer instanceof ArrayBuffer ? data : new Float32Array(data))

/**
 * An engine on `onnxruntime-node`, one product at a time. Rejects as `import` does when the package is absent.
 * @returns {Promise<Engine>}
 */
export async function onnxEngine() {
  // A name that bundlers do not follow: the package is optional.
  const name = 'onnxruntime-node'
  /** @type {OnnxRuntime & { default?: OnnxRuntime }} */
  const module = await import(/* @vite-ignore */ /* webpackIgnore: true */ name)
  const { env, InferenceSession, Tensor } = module.default ?? module
  env.logLevel = 'error'
  const plain = await InferenceSession.create(productModel(false), sessionOptions)
  const transposed = await InferenceSession.create(productModel(true), sessionOptions)
  /**
   * @param {OnnxSession} session
   * @param {Float32Array} a
   * @param {Float32Array} b
   * @param {readonly [number, number, number, number, number, number]} sizes
   */
  const run = async (session, a, b, [rowsA, columnsA, rowsB, columnsB, m, n]) => {
    const c = new Float32Array(m * n)
    if (rowsB === 0 || m * n === 0) return c
    const feeds = {
      a: new Tensor('float32', own(a), [rowsA, columnsA]),
      b: new Tensor('float32', own(b), [rowsB, columnsB])
    }
    await session.run(feeds, { c: new Tensor('float32', c, [m, n]) })
    return c
  }
  return {
    product: (a, b, m, k, n) => run(plain, a, b, [m, k, k, n, m, n]),
    crossProduct: (a, b, m, k, n) => run(transposed, a, b, [k, m, k, n, m, n]),
    async close() {
      await plain.release()
      await transposed.release()
    }
  }
}

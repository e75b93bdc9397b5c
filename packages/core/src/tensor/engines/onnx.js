/** @import { Engine } from './engine.js' */
import { panelEdges, panelsModel, productModel, signsModel } from './onnx-model.js'

/**
 * What is used of `onnxruntime-node`; its own types are not to be had where it is not installed.
 * @typedef {{ readonly data: Float32Array }} OnnxTensor
 * @typedef {{ run(feeds: Record<string, OnnxTensor>, fetches: Record<string, OnnxTensor>): Promise<unknown>, release(): Promise<void> }} OnnxSession
 * @typedef {{
 *   env: { logLevel?: string },
 *   Tensor: new (type: 'float32', data: Float32Array, sizes: readonly number[]) => OnnxTensor,
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

/** Values of a copy of rows: about 1 MB, so that they are still in the cache when they are multiplied. */
const copied = 2 ** 18

/** @param {Float32Array} data */
const isShared = (data) => !(data.buffer instanceof ArrayBuffer)

/**
 * An engine on `onnxruntime-node`, one product at a time. Rejects as `import` does when the package is absent.
 * @param {string} [url] of the package, where it is known
 * @returns {Promise<Engine>}
 */
export async function onnxEngine(url) {
  // A name that bundlers do not follow: the package is optional.
  const name = url ?? 'onnxruntime-node'
  /** @type {OnnxRuntime & { default?: OnnxRuntime }} */
  const module = await import(/* @vite-ignore */ /* webpackIgnore: true */ name)
  const { env, InferenceSession, Tensor } = module.default ?? module
  env.logLevel = 'error'
  /** @type {Map<string, Promise<OnnxSession>>} */
  const built = new Map()
  /**
   * The session of a graph, made at its first use: the first of all costs some 20 ms, and not every thread needs one.
   * @param {string} key
   * @param {() => Uint8Array} model
   */
  const once = (key, model) => {
    const session = built.get(key) ?? InferenceSession.create(model(), sessionOptions)
    built.set(key, session)
    return session
  }
  const plain = () => once('plain', () => productModel(false))
  const transposed = () => once('transposed', () => productModel(true))
  /**
   * The session of a graph of panels, made once a shape.
   * @param {number} dim
   * @param {number} columns
   * @param {boolean} weighted
   */
  const panelsOf = (dim, columns, weighted) =>
    once([dim, columns, weighted].join(), () => panelsModel(dim, columns, weighted))
  /**
   * @param {OnnxSession} session
   * @param {Float32Array} a
   * @param {readonly [number, number]} sizesA
   * @param {Float32Array} b
   * @param {readonly [number, number]} sizesB
   * @param {Float32Array} c
   * @param {readonly [number, number]} sizesC
   */
  const run = async (session, a, sizesA, b, sizesB, c, sizesC) => {
    const feeds = { a: new Tensor('float32', a, sizesA), b: new Tensor('float32', b, sizesB) }
    await session.run(feeds, { c: new Tensor('float32', c, sizesC) })
  }
  return {
    async product(a, b, m, k, n, out) {
      const c = out && !isShared(out) ? out : new Float32Array(m * n)
      if (m * k * n === 0) return c.fill(0)
      const session = await plain()
      const factor = isShared(b) ? b.slice() : b
      // The runtime takes no shared memory: some rows are copied at a time. The same rows go together where none need be
      // copied, because the runtime rounds a single row otherwise than one of several.
      const step = Math.max(1, Math.floor(copied / k))
      const rows = isShared(a) ? new Float32Array(Math.min(step, m) * k) : undefined
      for (let first = 0; first < m; first += step) {
        const end = Math.min(first + step, m)
        const own = a.subarray(first * k, end * k)
        rows?.set(own)
        const part = rows ? rows.subarray(0, own.length) : own
        const made = c.subarray(first * n, end * n)
        await run(session, part, [end - first, k], factor, [k, n], made, [end - first, n])
      }
      return c
    },
    async crossProduct(a, b, m, k, n) {
      const c = new Float32Array(m * n)
      if (m * k * n === 0) return c
      const [left, right] = [a, b].map((data) => (isShared(data) ? data.slice() : data))
      await run(await transposed(), left, [k, m], right, [k, n], c, [m, n])
      return c
    },
    async panels(a, rows, dim, columns, weights) {
      const session = await panelsOf(dim, columns, weights !== undefined)
      const edges = panelEdges(dim, columns)
      const panels = edges.slice(1).map((end, i) => {
        const first = /** @type {number} */ (edges[i])
        const sizes = /** @type {const} */ ([end - first, dim - first])
        return new Tensor('float32', new Float32Array(sizes[0] * sizes[1]), sizes)
      })
      const feeds = {
        a: new Tensor('float32', isShared(a) ? a.slice() : a, [rows, dim]),
        ...(weights && { w: new Tensor('float32', weights, [rows, 1]) })
      }
      if (rows > 0) await session.run(feeds, Object.fromEntries(panels.map((panel, i) => [String(i), panel])))
      return panels.map(({ data }) => data)
    },
    async signs(a, factor, rows, dim, width) {
      const cross = new Tensor('float32', new Float32Array(dim * width), [dim, width])
      const magnitudes = new Tensor('float32', new Float32Array(rows), [rows, 1])
      const [own, other] = [a, factor].map((data) => (isShared(data) ? data.slice() : data))
      const feeds = { a: new Tensor('float32', own, [rows, dim]), f: new Tensor('float32', other, [dim, width]) }
      if (rows > 0) await (await once('signs', signsModel)).run(feeds, { cross, magnitudes })
      return { cross: cross.data, magnitudes: magnitudes.data }
    },
    async close() {
      for (const session of built.values()) await (await session).release()
    }
  }
}

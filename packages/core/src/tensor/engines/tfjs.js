/** @import { Engine } from './engine.js' */
import { transpose } from '../small/transpose.js'

/**
 * The process, where there is one.
 * @typedef {{ env?: Record<string, string>, listeners?(event: string): Function[], removeListener?(event: string, listener: Function): void }} Process
 */
const { process } = /** @type {{ process?: Process }} */ (globalThis)

/**
 * Starts a backend without the process-wide error handlers that the wasm of tfjs leaves behind: they would turn every
 * stray rejection of the host program into a crash.
 * @param {typeof import('@tensorflow/tfjs-core')} tf
 * @param {string} name
 */
async function start(tf, name) {
  const names = ['uncaughtException', 'unhandledRejection']
  const before = names.map((event) => process?.listeners?.(event) ?? [])
  const started = await tf.setBackend(name)
  for (const [i, event] of names.entries()) {
    for (const listener of process?.listeners?.(event) ?? []) {
      if (!before[i]?.includes(listener)) process?.removeListener?.(event, listener)
    }
  }
  if (!started) throw new Error(`the ${name} backend of tfjs did not start`)
}

/**
 * A package of tfjs, whether its CommonJS build was loaded or its ES modules.
 * @template T
 * @param {T & { default?: T }} module
 * @returns {T}
 */
const unwrap = (module) => module.default ?? module

/**
 * Registers a backend.
 * @param {string} backend
 * @param {string} [url] of its package, where it is known
 * @returns {Promise<unknown>}
 */
async function load(backend, url) {
  if (backend === 'wasm') return import('@tensorflow/tfjs-backend-wasm')
  if (backend === 'cpu') return import('@tensorflow/tfjs-backend-cpu')
  // TensorFlow tells stderr about the machine unless told not to.
  if (process?.env) process.env.TF_CPP_MIN_LOG_LEVEL ??= '2'
  // A name that bundlers do not follow: the package is optional.
  const name = url ?? optional
  return import(/* @vite-ignore */ /* webpackIgnore: true */ name)
}

const optional = '@tensorflow/tfjs-node'

/**
 * Throws as `import` does where the optional package is absent, before the rest of tfjs is loaded for nothing, which takes longer than
 * most work; says nothing where the host cannot tell.
 */
function checkPresent() {
  /** @type {{ resolve?(name: string): string }} */
  const { resolve } = /** @type {object} */ (import.meta)
  resolve?.(optional)
}

/**
 * tfjs with one backend started; the current backend stays what it was.
 * @param {string} backend
 * @param {string} [url]
 */
async function open(backend, url) {
  if (backend === 'tensorflow' && !url) checkPresent()
  const tf = unwrap(await import('@tensorflow/tfjs-core'))
  const prod = tf.env().getBool('PROD')
  const host = tf.getBackend()
  // tfjs talks on the console, when it registers and at first use, unless in production mode.
  tf.env().set('PROD', true)
  try {
    await load(backend, url)
    await start(tf, backend)
    tf.tidy(() => {
      tf.scalar(0).dataSync()
    })
  } finally {
    tf.env().set('PROD', prod)
    if (host) await tf.setBackend(host)
  }
  return tf
}

/** @type {Promise<unknown>} */
let last = Promise.resolve()

/**
 * One after the other, since the mode and the current backend that `open` puts back are global.
 * @param {string} backend
 * @param {string} [url]
 */
function openInTurn(backend, url) {
  const next = last.then(() => open(backend, url))
  last = next.catch(() => {})
  return next
}

/**
 * An engine on a backend of tfjs: `tensorflow`, `wasm` or `cpu`. Rejects as `import` does when the package is absent.
 *
 * Every operation is one synchronous step that sets the global backend of tfjs and puts back what was there, so
 * engines on different backends, and a host program that uses tfjs too, live side by side.
 * @param {string} backend
 * @param {string} [url] of the package of `tensorflow`, where it is known
 * @returns {Promise<Engine>}
 */
export async function tfjsEngine(backend, url) {
  const tf = await openInTurn(backend, url)
  /** @param {() => import('@tensorflow/tfjs-core').Tensor} compute */
  const run = (compute) => {
    const before = tf.getBackend()
    // Once a backend has started, the switch is complete before setBackend returns its promise.
    if (before !== backend) void tf.setBackend(backend)
    tf.engine().startScope()
    try {
      return /** @type {Float32Array} */ (compute().dataSync())
    } finally {
      // Not tidy: it would look for tensors in every element of the array it returns.
      tf.engine().endScope()
      if (before && before !== backend) void tf.setBackend(before)
    }
  }
  let scratch = new Float32Array()
  /**
   * In memory that the next transpose takes over: that of tfjs is slower on wasm, and the `transposeA` of its products many times.
   * @param {Float32Array} data
   * @param {number} rows
   * @param {number} columns
   */
  const transposed = (data, rows, columns) => {
    if (scratch.length < data.length) scratch = new Float32Array(data.length)
    return transpose(data, rows, columns, scratch).subarray(0, data.length)
  }
  return {
    product: async (a, b, m, k, n) =>
      m * k * n === 0 ? new Float32Array(m * n) : run(() => tf.matMul(tf.tensor2d(a, [m, k]), tf.tensor2d(b, [k, n]))),
    crossProduct: async (a, b, m, k, n) =>
      m * k * n === 0
        ? new Float32Array(m * n)
        : run(() =>
            backend === 'tensorflow'
              ? tf.matMul(tf.tensor2d(a, [k, m]), tf.tensor2d(b, [k, n]), true)
              : tf.matMul(tf.tensor2d(transposed(a, k, m), [m, k]), tf.tensor2d(b, [k, n]))
          ),
    // The backend is the process' own: other engines may be using it.
    close: async () => {}
  }
}

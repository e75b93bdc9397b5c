/** @import { Engine } from '../engine.js' */

/**
 * The process, where there is one with events.
 * @type {{ listeners?(event: string): Function[], removeListener?(event: string, listener: Function): void } | undefined}
 */
const events = /** @type {{ process?: object }} */ (globalThis).process

/**
 * Starts a backend without the process-wide error handlers that the wasm of tfjs leaves behind: they would turn every
 * stray rejection of the host program into a crash.
 * @param {typeof import('@tensorflow/tfjs-core')} tf
 * @param {string} name
 */
async function start(tf, name) {
  const names = ['uncaughtException', 'unhandledRejection']
  const before = names.map((event) => events?.listeners?.(event) ?? [])
  const started = await tf.setBackend(name)
  for (const [i, event] of names.entries()) {
    for (const listener of events?.listeners?.(event) ?? []) {
      if (!before[i]?.includes(listener)) events?.removeListener?.(event, listener)
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
 * The tfjs library with one backend registered.
 * @param {string} backend
 * @returns {Promise<typeof import('@tensorflow/tfjs-core')>}
 */
async function load(backend) {
  if (backend === 'tensorflow') {
    // A name that bundlers do not follow: the package is optional.
    const name = '@tensorflow/tfjs-node'
    return unwrap(await import(/* @vite-ignore */ /* webpackIgnore: true */ name))
  }
  const tf = unwrap(await import('@tensorflow/tfjs-core'))
  if (backend === 'wasm') await import('@tensorflow/tfjs-backend-wasm')
  else await import('@tensorflow/tfjs-backend-cpu')
  return tf
}

/**
 * The transpose of a `rows × columns` matrix. That of tfjs is slower on wasm, and the `transposeA` of its products many times.
 * @param {Float32Array} data
 * @param {number} rows
 * @param {number} columns
 * @param {Float32Array} out
 */
function transpose(data, rows, columns, out) {
  // 16 rows at a time: what is written fills whole cache lines.
  for (let first = 0; first < rows; first += 16) {
    const end = Math.min(first + 16, rows)
    for (let j = 0; j < columns; j++) {
      for (let i = first; i < end; i++) out[j * rows + i] = data[i * columns + j]
    }
  }
  return out.subarray(0, data.length)
}

/**
 * An engine on a backend of tfjs: `tensorflow`, `wasm` or `cpu`. Rejects as `import` does when the package is absent.
 *
 * Every operation is one synchronous step that sets the global backend of tfjs and puts back what was there, so
 * engines on different backends, and a host program that uses tfjs too, live side by side.
 * @param {string} backend
 * @returns {Promise<Engine>}
 */
export async function tfjsEngine(backend) {
  const tf = await load(backend)
  const prod = tf.env().getBool('PROD')
  const host = tf.getBackend()
  // tfjs greets on the console at first use unless in production mode.
  tf.env().set('PROD', true)
  try {
    await start(tf, backend)
    tf.tidy(() => {
      tf.scalar(0).dataSync()
    })
  } finally {
    tf.env().set('PROD', prod)
    if (host) await tf.setBackend(host)
  }
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
   * In memory that the next transpose takes over.
   * @param {Float32Array} data
   * @param {number} rows
   * @param {number} columns
   */
  const transposed = (data, rows, columns) => {
    if (scratch.length < data.length) scratch = new Float32Array(data.length)
    return transpose(data, rows, columns, scratch)
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

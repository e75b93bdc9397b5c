/** @import { Engine } from './engine.js' */
import { onnxEngine } from './onnx.js'
import { tfjsEngine } from './tfjs.js'

/**
 * What can multiply. `needs` is the package of an engine; `speed` its operations a second on one thread, roughly, which decide when more
 * threads are worth starting; `threaded` whether it can be had once a thread; `own` whether its package comes with this one. `open` imports an optional package from `url` where it is
 * known, and rejects as `import` does when it is absent.
 * @typedef {{ readonly needs: string, readonly speed: number, readonly threaded: boolean, readonly own: boolean, open(url?: string): Promise<Engine> }} EngineEntry
 */

/** Every engine, fastest first. */
export const engines = {
  onnxruntime: { needs: 'onnxruntime-node', speed: 8e10, threaded: true, own: false, open: onnxEngine },
  tensorflow: {
    needs: '@tensorflow/tfjs-node',
    speed: 8e10,
    threaded: false,
    own: false,
    open: /** @param {string} [url] */ (url) => tfjsEngine('tensorflow', url)
  },
  wasm: {
    needs: '@tensorflow/tfjs-backend-wasm',
    speed: 2.5e10,
    threaded: true,
    own: true,
    open: () => tfjsEngine('wasm')
  },
  cpu: { needs: '@tensorflow/tfjs-backend-cpu', speed: 1e9, threaded: true, own: true, open: () => tfjsEngine('cpu') }
}

/**
 * The engine of this name.
 * @param {string} name
 * @param {string} [url] of its package
 * @returns {Promise<Engine>}
 */
export async function openEngine(name, url) {
  const entry = new Map(Object.entries(engines)).get(name)
  if (!entry) throw new Error(`there is no engine "${name}"`)
  return entry.open(url)
}

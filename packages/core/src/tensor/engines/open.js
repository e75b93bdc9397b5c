/** @import { Engine } from './engine.js' */
import { onnxEngine } from './onnx.js'
import { tfjsEngine } from './tfjs.js'

/**
 * The engine of a backend, on this thread. Rejects as `import` does when its package is absent.
 * @param {string} backend
 * @returns {Promise<Engine>}
 */
export const openEngine = (backend) => (backend === 'onnxruntime' ? onnxEngine() : tfjsEngine(backend))

import { createTensor, type TensorAdapter } from '@slimbed/core'
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import plain from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url'
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url'
import threaded from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url'

let engine: Promise<TensorAdapter> | undefined

/** The engine of this worker: WebAssembly, or JavaScript where that does not run. */
export function openEngine(): Promise<TensorAdapter> {
  const absolute = (url: string) => new URL(url, globalThis.location.href).href
  setWasmPaths({
    'tfjs-backend-wasm.wasm': absolute(plain),
    'tfjs-backend-wasm-simd.wasm': absolute(simd),
    'tfjs-backend-wasm-threaded-simd.wasm': absolute(threaded)
  })
  engine ??= createTensor({ backend: 'wasm' }).catch(() => createTensor({ backend: 'cpu' }))
  return engine
}

import { compileAssembly, moduleText } from '@slimbed/assembly'

/** The file that holds the compiled kernels. */
export const moduleUrl = new URL('../src/leaf/module.js', import.meta.url)

/** The kernels, compiled, with SIMD. */
export const compileKernels = () => compileAssembly(new URL('.', import.meta.url), '--enable', 'simd')

/**
 * The text of `module.js`.
 * @param {Uint8Array} wasm
 */
export const moduleSource = (wasm) => moduleText('packages/trellis/assembly', 'kernels', wasm)

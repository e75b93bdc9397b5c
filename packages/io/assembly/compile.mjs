import { compileAssembly, moduleText } from '@slimbed/assembly'

/** The file that holds the compiled loops. */
export const moduleUrl = new URL('../src/text/compiled/module.js', import.meta.url)

/** The loops, compiled: they run where there is no SIMD too. */
export const compileLoops = () => compileAssembly(new URL('.', import.meta.url), '--initialMemory', '1')

/**
 * The text of `module.js`.
 * @param {Uint8Array} wasm
 */
export const moduleSource = (wasm) => moduleText('packages/io/assembly', 'loops', wasm)

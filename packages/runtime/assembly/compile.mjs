import { compileAssembly, moduleText } from '@slimbed/assembly'

/** The file that holds the compiled kernels. */
export const moduleUrl = new URL('../src/simd/module.ts', import.meta.url)

/** The sources of the search over codes, and the file that holds it compiled: a module of its own, for bundles without the other. */
export const searchFolder = new URL('search/', import.meta.url)
export const searchModuleUrl = new URL('../src/search/module.ts', import.meta.url)

/** The sources of the search by tables, and the file that holds it compiled. */
export const tablesFolder = new URL('pq/', import.meta.url)
export const tablesModuleUrl = new URL('../src/pq/module.ts', import.meta.url)

/**
 * The file of a compiled module, for programs that import it: `simd`, `search` or `pq`.
 * @param {string} name
 */
export const wasmUrl = (name) => new URL(`../wasm/${name}.wasm`, import.meta.url)

/**
 * The kernels of a folder, compiled, with SIMD.
 * @param {URL} [from]
 */
export const compileKernels = (from = new URL('.', import.meta.url)) =>
  compileAssembly(from, '--initialMemory', '1', '--enable', 'simd')

/**
 * The text of `module.ts`.
 * @param {Uint8Array} wasm
 */
export const moduleSource = (wasm) => moduleText('packages/runtime/assembly', 'kernels', wasm)

import { Buffer } from 'node:buffer'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'

/** The file that holds the compiled kernels. */
export const moduleUrl = new URL('../src/simd/module.ts', import.meta.url)

/** The sources of the search over codes, and the file that holds it compiled: a module of its own, for bundles without the other. */
export const searchFolder = new URL('search/', import.meta.url)
export const searchModuleUrl = new URL('../src/search/module.ts', import.meta.url)

/**
 * The file of a compiled module, for programs that import it: `simd` or `search`.
 * @param {string} name
 */
export const wasmUrl = (name) => new URL(`../wasm/${name}.wasm`, import.meta.url)

/**
 * The kernels of a folder, compiled: a WebAssembly module with SIMD that exports its memory and needs nothing from outside.
 * @param {URL} [from]
 * @returns {Promise<Uint8Array>}
 */
export async function compileKernels(from = new URL('.', import.meta.url)) {
  /** @type {Uint8Array} */
  let wasm = new Uint8Array()
  const writeFile = (/** @type {string} */ _, /** @type {unknown} */ contents) => {
    if (contents instanceof Uint8Array) wasm = contents
  }
  const folder = fileURLToPath(from)
  const flags = [
    '--outFile',
    'kernels.wasm',
    '--runtime',
    'stub',
    '--initialMemory',
    '1',
    '--enable',
    'simd',
    '-O3',
    '--use',
    'abort='
  ]
  const { error, stderr } = await asc.main(['index.ts', '--baseDir', folder, ...flags], { writeFile })
  if (error) throw new Error(`the kernels do not compile: ${stderr.toString()}`, { cause: error })
  return wasm
}

/**
 * The text of `module.ts`.
 * @param {Uint8Array} wasm
 */
export const moduleSource = (wasm) => `// Compiled from packages/runtime/assembly by \`pnpm kernels\`: not to be edited.

/** The kernels as a WebAssembly module, in base64. */
export const moduleBase64 =
  '${Buffer.from(wasm).toString('base64')}'
`

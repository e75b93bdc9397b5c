import { Buffer } from 'node:buffer'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'

/** The file that holds the compiled kernels. */
export const moduleUrl = new URL('../src/leaf/module.js', import.meta.url)

/**
 * The kernels, compiled: a WebAssembly module with SIMD that exports its memory and needs nothing from outside.
 * @returns {Promise<Uint8Array>}
 */
export async function compileKernels() {
  /** @type {Uint8Array} */
  let wasm = new Uint8Array()
  const writeFile = (/** @type {string} */ _, /** @type {unknown} */ contents) => {
    if (contents instanceof Uint8Array) wasm = contents
  }
  const folder = fileURLToPath(new URL('.', import.meta.url))
  const flags = ['--outFile', 'kernels.wasm', '--runtime', 'stub', '--enable', 'simd', '-O3', '--use', 'abort=']
  const { error, stderr } = await asc.main(['index.ts', '--baseDir', folder, ...flags], { writeFile })
  if (error) throw new Error(`the kernels do not compile: ${stderr.toString()}`, { cause: error })
  return wasm
}

/**
 * The text of `module.js`.
 * @param {Uint8Array} wasm
 */
export const moduleSource = (wasm) => `// Compiled from packages/trellis/assembly by \`pnpm kernels\`: not to be edited.

/** The kernels as a WebAssembly module, in base64. */
export const moduleBase64 =
  '${Buffer.from(wasm).toString('base64')}'
`

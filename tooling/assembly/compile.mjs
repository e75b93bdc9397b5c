import { Buffer } from 'node:buffer'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'

/**
 * `index.ts` of a folder, compiled: a WebAssembly module that exports its memory and needs nothing from outside. Rejects with what the
 * compiler says.
 * @param {URL} folder
 * @param {readonly string[]} flags of the compiler, besides those that all modules share
 * @returns {Promise<Uint8Array>}
 */
export async function compileAssembly(folder, ...flags) {
  /** @type {Uint8Array} */
  let wasm = new Uint8Array()
  const writeFile = (/** @type {string} */ _, /** @type {unknown} */ contents) => {
    if (contents instanceof Uint8Array) wasm = contents
  }
  const base = ['index.ts', '--baseDir', fileURLToPath(folder), '--outFile', 'module.wasm']
  const shared = ['--runtime', 'stub', '-O3', '--use', 'abort=']
  const { error, stderr } = await asc.main([...base, ...shared, ...flags], { writeFile })
  if (error) throw new Error(`${base[2]} does not compile: ${stderr.toString()}`, { cause: error })
  return wasm
}

/**
 * The text of a source file that holds a compiled module.
 * @param {string} from the folder of its sources
 * @param {string} what it is: kernels, or loops
 * @param {Uint8Array} wasm
 */
export const moduleText = (from, what, wasm) => `// Compiled from ${from} by \`pnpm kernels\`: not to be edited.

/** The ${what} as a WebAssembly module, in base64. */
export const moduleBase64 =
  '${Buffer.from(wasm).toString('base64')}'
`

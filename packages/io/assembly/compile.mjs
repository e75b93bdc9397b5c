import { Buffer } from 'node:buffer'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'

/** The file that holds the compiled loops. */
export const moduleUrl = new URL('../src/text/compiled/module.js', import.meta.url)

/**
 * The loops, compiled: a WebAssembly module that exports its memory and needs nothing from outside.
 * @returns {Promise<Uint8Array>}
 */
export async function compileLoops() {
  /** @type {Uint8Array} */
  let wasm = new Uint8Array()
  const writeFile = (/** @type {string} */ _, /** @type {unknown} */ contents) => {
    if (contents instanceof Uint8Array) wasm = contents
  }
  const folder = fileURLToPath(new URL('.', import.meta.url))
  const flags = ['--outFile', 'loops.wasm', '--runtime', 'stub', '--initialMemory', '1', '-O3', '--use', 'abort=']
  const { error, stderr } = await asc.main(['index.ts', '--baseDir', folder, ...flags], { writeFile })
  if (error) throw new Error(`the loops do not compile: ${stderr.toString()}`, { cause: error })
  return wasm
}

/**
 * The text of `module.js`.
 * @param {Uint8Array} wasm
 */
export const moduleSource = (wasm) => `// Compiled from packages/io/assembly by \`pnpm kernels\`: not to be edited.

/** The loops as a WebAssembly module, in base64. */
export const moduleBase64 =
  '${Buffer.from(wasm).toString('base64')}'
`

// Compiles the kernels to WebAssembly and writes them, as base64, to module.ts of the folders that use them, and as they are to wasm/.
import { writeFile } from 'node:fs/promises'
import {
  compileKernels,
  moduleSource,
  moduleUrl,
  searchFolder,
  searchModuleUrl,
  tablesFolder,
  tablesModuleUrl,
  wasmUrl
} from './compile.mjs'

/** Each module: its name, its sources, and the file that holds it. */
const modules = [
  ['simd', undefined, moduleUrl],
  ['search', searchFolder, searchModuleUrl],
  ['pq', tablesFolder, tablesModuleUrl]
]
for (const [name, folder, url] of modules) {
  const wasm = await compileKernels(folder)
  await writeFile(url, moduleSource(wasm))
  await writeFile(wasmUrl(name), wasm)
}

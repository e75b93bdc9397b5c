// Compiles the kernels to WebAssembly and writes them, as base64, to src/simd/module.ts and src/search/module.ts, and as they are to wasm/.
import { writeFile } from 'node:fs/promises'
import { compileKernels, moduleSource, moduleUrl, searchFolder, searchModuleUrl, wasmUrl } from './compile.mjs'

const [simd, search] = [await compileKernels(), await compileKernels(searchFolder)]
await writeFile(moduleUrl, moduleSource(simd))
await writeFile(searchModuleUrl, moduleSource(search))
await writeFile(wasmUrl('simd'), simd)
await writeFile(wasmUrl('search'), search)

// Compiles the kernels to WebAssembly and writes them, as base64, to src/simd/module.ts and src/search/module.ts.
import { writeFile } from 'node:fs/promises'
import { compileKernels, moduleSource, moduleUrl, searchFolder, searchModuleUrl } from './compile.mjs'

await writeFile(moduleUrl, moduleSource(await compileKernels()))
await writeFile(searchModuleUrl, moduleSource(await compileKernels(searchFolder)))

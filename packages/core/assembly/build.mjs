// Compiles the kernels to WebAssembly and writes them, as base64, to src/kernels/module.js.
import { writeFile } from 'node:fs/promises'
import { compileKernels, moduleSource, moduleUrl } from './compile.mjs'

await writeFile(moduleUrl, moduleSource(await compileKernels()))

// Compiles the kernels to WebAssembly and writes them, as base64, to src/leaf/module.js.
import { writeFile } from 'node:fs/promises'
import { compileKernels, moduleSource, moduleUrl } from './compile.mjs'

await writeFile(moduleUrl, moduleSource(await compileKernels()))

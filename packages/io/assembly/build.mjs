// Compiles the loops to WebAssembly and writes them, as base64, to src/text/compiled/module.js.
import { mkdir, writeFile } from 'node:fs/promises'
import { compileLoops, moduleSource, moduleUrl } from './compile.mjs'

await mkdir(new URL('.', moduleUrl), { recursive: true })
await writeFile(moduleUrl, moduleSource(await compileLoops()))

// node measure.mjs FILE TEXTS
//
// Loads a compressed static model from bytes in memory, in a process of its own, and prints as JSON the milliseconds to the first vector and for a
// text of 20 words, and bytes of memory. TEXTS is a JSON file of texts of 20 words.
import { readFileSync } from 'node:fs'
import { loadEncoder } from '@slimbed/encoder'

const [path, textsPath] = process.argv.slice(2)
const texts = JSON.parse(readFileSync(textsPath, 'utf8'))
const bytes = new Uint8Array(readFileSync(path))
globalThis.gc?.()
const before = process.memoryUsage()
const start = performance.now()
const model = await loadEncoder(bytes)
model.encode(texts[0])
const first = performance.now() - start
globalThis.gc?.()
const after = process.memoryUsage()
const held = after.heapUsed - before.heapUsed + after.arrayBuffers - before.arrayBuffers

const out = new Float32Array(model.dim)
let each = Infinity
for (let round = 0; round < 9; round++) {
  const from = performance.now()
  for (const text of texts) model.encode(text, { out })
  each = Math.min(each, (performance.now() - from) / texts.length)
}
const used = process.memoryUsage().heapUsed
for (let i = 0; i < 20_000; i++) model.encode(texts[i % texts.length], { out })
console.log(
  JSON.stringify({
    first,
    each,
    held: held + bytes.length,
    file: bytes.length,
    growth: process.memoryUsage().heapUsed - used
  })
)

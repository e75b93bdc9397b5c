// What static-model-chromium.mjs measures in a page.
import { loadEncoder } from '@slimbed/encoder'

globalThis.measure = async (url, texts) => {
  const bytes = new Uint8Array(await (await fetch(url)).arrayBuffer())
  const start = performance.now()
  const model = await loadEncoder(bytes)
  model.encode(texts[0])
  const first = performance.now() - start
  const out = new Float32Array(model.dim)
  let each = Infinity
  for (let round = 0; round < 9; round++) {
    const from = performance.now()
    for (const text of texts) model.encode(text, { out })
    each = Math.min(each, (performance.now() - from) / texts.length)
  }
  return { first, each }
}

import { loadEncoder, openEncoder } from '@slimbed/encoder'

// What tests call in a page or a worker: plain data in, plain data out.

export const tasks = {
  async encode(url: string, texts: readonly string[]) {
    const whole = await loadEncoder(new URL(url))
    const apart = await openEncoder(url)
    return [[...whole.encode(texts)], [...(await apart.encode(texts))], [whole.similarity(texts[0], texts[1])]]
  },
  async encodeByRanges(url: string, texts: readonly string[]) {
    const encoder = await openEncoder(url)
    return [[...(await encoder.encode(texts))], [Number(encoder.whole)]]
  }
}

Object.assign(globalThis, { tasks })

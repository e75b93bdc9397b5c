import { type Lookup, measureFirstVector, measureLookup } from './measure.js'

// What the benchmark of Chromium calls in its page.

let file = new Uint8Array()
let kept: unknown

Object.assign(globalThis, {
  async hold(url: string) {
    file = new Uint8Array(await (await fetch(url)).arrayBuffer())
  },
  lookup: (what: Lookup) => measureLookup(file, what),
  first(word: string) {
    const found = measureFirstVector(file, word)
    kept = found.vector
    return found.seconds
  },
  /** What the first vector left behind. */
  kept: () => kept
})

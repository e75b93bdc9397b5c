import { type Lookup, measureFetchedVector, measureFirstVector, measureLookup } from './measure.js'

// What the benchmark of Chromium calls in its page.

let file = new Uint8Array()
let kept: unknown

async function hold(url: string) {
  file = new Uint8Array(await (await fetch(url)).arrayBuffer())
}

Object.assign(globalThis, {
  hold,
  /** Seconds from asking a server for a file to the vector of one of its words. */
  async fetched(url: string, word: string, by: 'whole' | 'ranges') {
    const found = await measureFetchedVector(url, word, by)
    kept = found.vector
    return found.seconds
  },
  lookup: (what: Lookup) => measureLookup(file, what, () => performance.now() / 1000),
  first(word: string) {
    const found = measureFirstVector(file, word)
    kept = found.vector
    return found.seconds
  },
  /** What the first vector left behind. */
  kept: () => kept
})

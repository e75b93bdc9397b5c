import { hashOf } from '@slimbed/runtime/subwords'
import { inputRows } from '../lookup/input-rows.js'
import type { FastTextModel } from '../model.js'

/** Bytes between words: space, line ends, tabs, and 0. */
const spaces = new Set([0x20, 0x0a, 0x0d, 0x09, 0x0b, 0x0c, 0])
const lineEnd = '</s>'
/** What a word begins with that is a label, though the model has no such label. */
const labelPrefix = '__label__'
const multiplier = 116049371n

/** The words of a text, as bytes. */
function* tokensOf(text: Uint8Array): Generator<Uint8Array> {
  for (let from = 0; from < text.length; ) {
    let to = from
    while (to < text.length && !spaces.has(text[to])) to++
    if (to > from) yield text.subarray(from, to)
    from = to + 1
  }
}

/** The buckets of every 2 to `longest` words after another, by fastText's hash of their hashes, signed numbers of 32 bits. */
function* wordNgrams(hashes: readonly number[], longest: number, bucket: number): Generator<number> {
  const signed = hashes.map((hash) => BigInt(hash | 0))
  for (let i = 0; i < signed.length; i++) {
    let hash = signed[i]
    for (let j = i + 1; j < signed.length && j < i + longest; j++) {
      hash = BigInt.asUintN(64, hash * multiplier + signed[j])
      yield Number(hash % BigInt(bucket))
    }
  }
}

/** Finds the rows of the input whose mean stands for a text, which is one line. */
export function lineReader(model: FastTextModel): (text: string) => number[] {
  const { args, words, labels } = model
  const rows = inputRows(model)
  const encoder = new TextEncoder()
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  return (text) => {
    const found: number[] = []
    const hashes: number[] = []
    const end = encoder.encode(lineEnd)
    for (const token of [...tokensOf(encoder.encode(text)), end]) {
      const word = decoder.decode(token)
      const row = words.find(word)
      if (row < 0 && (word.startsWith(labelPrefix) || labels.find(word) >= 0)) continue
      for (const own of rows.word(token, row)) found.push(own)
      hashes.push(hashOf(token))
    }
    if (args.wordNgrams < 2) return found
    for (const number of wordNgrams(hashes, args.wordNgrams, args.bucket)) {
      const row = rows.bucket(number)
      if (row >= 0) found.push(row)
    }
    return found
  }
}
